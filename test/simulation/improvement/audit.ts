// What must be true of a store that improves, whenever it is looked at: after a kill as at the end. Rows that are true together are there
// together, counts are those of the receipts, and nothing names what is not there.

import { Store } from '../../../ledger/store/store.ts';
import { decodeValue } from '../../../ledger/store/values.ts';
import type { CompiledArtifact, PointerRow } from '../../../protocol/dse/artifact.ts';
import { readArtifact } from '../../../protocol/dse/artifact.ts';
import type { Canary, CanaryHistoryRow } from '../../../protocol/dse/canary.ts';
import { isLive } from '../../../protocol/dse/canary-fold.ts';
import type { CompileHead } from '../../../protocol/dse/compile.ts';
import { type Night, nightSchema } from '../../../protocol/dse/overnight.ts';
import { type Look, type Promotion, promotionSchema } from '../../../protocol/dse/promotion.ts';
import type { TraceEvent } from '../../../protocol/trace.ts';

/** Rows by the beginning of their keys. */
interface Rows {
  readonly artifacts: readonly CompiledArtifact[];
  readonly pointers: readonly PointerRow[];
  readonly promotions: readonly Promotion[];
  readonly looks: readonly Look[];
  readonly heads: readonly CompileHead[];
  readonly canaries: readonly Canary[];
  /** Ids of those that are said to run. */
  readonly live: readonly string[];
  readonly history: readonly CanaryHistoryRow[];
  readonly nights: readonly Night[];
  readonly predicted: readonly Extract<TraceEvent, { type: 'Predict' }>[];
}

export interface Audit extends Rows {
  readonly faults: readonly string[];
}

/** @param folder of the store, which nobody has open */
export async function auditImprovement(folder: string): Promise<Audit> {
  const store = await Store.open(folder);
  try {
    const rows = await readAll(store);
    const faults = [
      ...artifactFaults(rows),
      ...pointerFaults(rows),
      ...canaryFaults(rows),
      ...rows.nights.flatMap((night) => nightFaults(night, rows)),
    ];
    return { ...rows, faults };
  } finally {
    await store.close();
  }
}

async function readAll(store: Store): Promise<Rows> {
  const all = async (prefix: string) => {
    const values: unknown[] = [];
    for await (const [key, bytes] of store.rows({ gte: prefix, lt: `${prefix}~` }))
      values.push(decodeValue(bytes, key));
    return values as never[];
  };
  const events: TraceEvent[][] = await all('e!');
  return {
    artifacts: await all('da!a!'),
    pointers: await all('dp!'),
    promotions: await all('dg!'),
    looks: await all('dl!'),
    heads: await all('dc!h!'),
    canaries: await all('dy!c!'),
    live: await all('dy!l!'),
    history: await all('dy!h!'),
    nights: await all('dn!'),
    predicted: events.flat().filter((event) => event.type === 'Predict'),
  };
}

/** A compile that is done and its artifact are one batch. */
function artifactFaults({ artifacts, heads }: Rows): string[] {
  const faults: string[] = [];
  const chosen = new Set(heads.flatMap(({ chosen: one }) => (one === null ? [] : [one.compiled_id])));
  for (const { reportId, status, chosen: one } of heads) {
    if ((status === 'done') !== (one !== null))
      faults.push(`compile ${reportId} is ${status}, chosen ${one?.compiled_id}`);
    if (one !== null && !artifacts.some(({ compiled_id }) => compiled_id === one.compiled_id))
      faults.push(`compile ${reportId} chose ${one.compiled_id}, which is not there`);
  }
  for (const artifact of artifacts) {
    if (readArtifact(artifact).compiled_id !== artifact.compiled_id) faults.push(`${artifact.compiled_id} is another`);
    if (!chosen.has(artifact.compiled_id)) faults.push(`no compile chose ${artifact.compiled_id}`);
  }
  return faults;
}

/** A promotion, its look and its pointer are one batch. */
function pointerFaults({ pointers, promotions, looks, artifacts }: Rows): string[] {
  const faults: string[] = [];
  let inForce = 'default';
  for (const [at, row] of pointers.entries()) {
    if (row.revision !== at || row.previous !== inForce) faults.push(`pointer ${at} does not follow the one before`);
    inForce = row.compiled_id;
    if (inForce !== 'default' && !artifacts.some(({ compiled_id }) => compiled_id === inForce))
      faults.push(`what is in force is not there: ${inForce}`);
    const promotion = promotions.find(({ promotionId }) => promotionId === row.promotionId);
    if (row.action === 'promote' && (promotion?.movedPointer !== true || promotion.verdict !== 'promote'))
      faults.push(`pointer ${at} has no evidence`);
  }
  for (const promotion of promotions) {
    promotionSchema.parse(promotion);
    const moved = pointers.filter(({ promotionId }) => promotionId === promotion.promotionId).length;
    if (moved !== Number(promotion.movedPointer))
      faults.push(`promotion ${promotion.promotionId} moved ${moved} pointers`);
    const isLooked = looks.some(({ promotionId }) => promotionId === promotion.promotionId);
    const standsOn = promotions.some(
      (other) =>
        other.holdoutHash === promotion.holdoutHash &&
        looks.some(({ promotionId }) => promotionId === other.promotionId),
    );
    if (!isLooked && !standsOn) faults.push(`promotion ${promotion.promotionId} stands on no look`);
  }
  for (const { promotionId } of looks)
    if (!promotions.some((one) => one.promotionId === promotionId)) faults.push(`look ${promotionId} has no promotion`);
  return faults;
}

/** A receipt and its count are one batch. */
function canaryFaults({ canaries, live, history, predicted }: Rows): string[] {
  const faults: string[] = [];
  for (const canary of canaries) {
    const { canaryId } = canary;
    for (const arm of ['control', 'canary'] as const) {
      const receipts = predicted.filter((event) => event.canary_id === canaryId && event.canary_arm === arm);
      const counted = canary[arm].receipts;
      // What is predicted while it ends belongs to nobody's count.
      const isCounted = isLive(canary) ? receipts.length === counted : receipts.length >= counted;
      if (!isCounted) faults.push(`canary ${canaryId} counted ${counted} of ${receipts.length} receipts of its ${arm}`);
    }
    if (live.includes(canaryId) !== isLive(canary))
      faults.push(`canary ${canaryId} is ${canary.status}, and its mark is not`);
    const rows = history.filter((row) => row.canaryId === canaryId);
    if (rows.length !== canary.historyRows || rows.some(({ seq }, at) => seq !== at))
      faults.push(`canary ${canaryId} has ${rows.length} of ${canary.historyRows} rows of history`);
    const last = rows.at(-1);
    if (
      last !== undefined &&
      last.control.receipts + last.canary.receipts > canary.control.receipts + canary.canary.receipts
    )
      faults.push(`the history of canary ${canaryId} is ahead of it`);
  }
  for (const id of live) if (!canaries.some(({ canaryId }) => canaryId === id)) faults.push(`no canary ${id}`);
  return faults;
}

function nightFaults(night: Night, { pointers, promotions, canaries }: Rows): string[] {
  const faults: string[] = [];
  nightSchema.parse(night);
  const { nightId, open, endedAtMs, status, promoted } = night;
  if ((endedAtMs === null) !== (status === 'running')) faults.push(`night ${nightId} is ${status}, ended ${endedAtMs}`);
  if (endedAtMs !== null && open !== null) faults.push(`night ${nightId} is over with an open step`);
  if (
    promoted !== null &&
    !pointers.some(({ compiled_id, action }) => action === 'promote' && compiled_id === promoted)
  )
    faults.push(`night ${nightId} promoted ${promoted}, and the pointer does not know`);
  for (const { kind, id } of [...night.steps, ...(open === null ? [] : [open])].flatMap(({ ids }) => ids)) {
    const isThere =
      kind === 'promotion'
        ? promotions.some(({ promotionId }) => promotionId === id)
        : kind !== 'canary' || canaries.some(({ canaryId }) => canaryId === id);
    if (!isThere) faults.push(`night ${nightId} names a ${kind} that is not there: ${id}`);
  }
  return faults;
}
