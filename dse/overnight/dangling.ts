// Whether everything that a night names is there: each id is looked up where such things are kept.
import type { Night, NightCheck, NightId, NightStep } from '../../protocol/dse/overnight.ts';
import { DEFAULT_COMPILED_ID } from '../../protocol/predict-params.ts';

/** Whether there is such a thing. @throws PylonError only where that cannot be told */
export type IdLookUp = (id: NightId, signatureId: string) => Promise<boolean>;

/** @throws PylonError as `isThere` does */
export async function checkNight(night: Night, isThere: IdLookUp): Promise<NightCheck> {
  const named: (NightId & { step: NightStep })[] = [
    ...night.steps,
    ...(night.open === null ? [] : [night.open]),
  ].flatMap(({ step, ids }) => ids.map((id) => ({ ...id, step })));
  if (night.promoted !== null) named.push({ kind: 'artifact', id: night.promoted, step: 'promote' });
  const dangling: typeof named = [];
  for (const { step, ...id } of named) {
    const isDefault = id.kind === 'artifact' && id.id === DEFAULT_COMPILED_ID;
    if (!isDefault && !(await isThere(id, night.signatureId))) dangling.push({ ...id, step });
  }
  return { nightId: night.nightId, ids: named.length, dangling };
}
