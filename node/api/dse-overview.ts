// Puts the first page of the inspector together: what each desk of the improvement loop tells, bounded.
import type { CompileHead } from '../../protocol/dse/compile.ts';
import type { Night } from '../../protocol/dse/overnight.ts';
import {
  type CompileGlance,
  type DseOverview,
  type GateGlance,
  type NightGlance,
  OVERVIEW_HISTORY_MAX,
  OVERVIEW_ROWS_MAX,
} from '../../protocol/dse/overview.ts';
import type { Promotion } from '../../protocol/dse/promotion.ts';
import type { Engine } from '../engine/port.ts';

export type OverviewDesks = Pick<Engine, 'artifacts' | 'canaries' | 'compiles' | 'examples' | 'nights' | 'promotions'>;

/** @param signatureId only what is of it, with the history of its pointer. @throws PylonError `signature-unknown` | `store-*` */
export async function overviewOf(desks: OverviewDesks, signatureId?: string): Promise<DseOverview> {
  const page = { limit: OVERVIEW_ROWS_MAX, ...(signatureId === undefined ? {} : { signature: signatureId }) };
  const history = signatureId === undefined ? [] : await desks.artifacts.history(signatureId);
  const [reports, active, datasets, canaries, compiles, { promotions }, { nights }] = await Promise.all([
    desks.artifacts.signatures(),
    desks.artifacts.active(),
    desks.examples.datasets(),
    desks.canaries.list(signatureId),
    desks.compiles.list(signatureId),
    desks.promotions.list(page),
    desks.nights.list(page),
  ]);
  const inForce = new Map(active.map((one) => [one.signatureId, one]));
  const measured = new Map(datasets.map((one) => [one.signatureId, one]));
  return {
    signatures: reports.map(({ signatureId: id, about, compiled_id }) => ({
      signatureId: id,
      about,
      compiled_id: inForce.get(id)?.compiled_id ?? compiled_id,
      sinceMs: inForce.get(id)?.sinceMs ?? null,
      unfit: inForce.get(id)?.unfit ?? null,
      dataset: measured.get(id) ?? null,
    })),
    history: history.slice(0, OVERVIEW_HISTORY_MAX),
    canaries: canaries.slice(0, OVERVIEW_ROWS_MAX),
    compiles: compiles.slice(0, OVERVIEW_ROWS_MAX).map(compileGlance),
    gates: promotions.map(gateGlance),
    nights: nights.map(nightGlance),
  };
}

function compileGlance({ job, chosen, ...head }: CompileHead): CompileGlance {
  const { reportId, status, startedAtMs, endedAtMs, tried, calls, spentMsat } = head;
  const { signatureId, optimizer, reward, model } = job;
  const how = { signatureId, optimizer, reward, model };
  return {
    reportId,
    status,
    startedAtMs,
    endedAtMs,
    tried,
    calls,
    spentMsat,
    ...how,
    chosen: chosen?.compiled_id ?? null,
  };
}

function gateGlance({ candidate, test, ...promotion }: Promotion): GateGlance {
  const { promotionId, signatureId, atMs, n, look, verdict, override, movedPointer } = promotion;
  const found = { compiled_id: candidate.compiled_id, delta: test.delta, p: test.p };
  return { promotionId, signatureId, atMs, n, look, verdict, override, movedPointer, ...found };
}

function nightGlance({ nightId, signatureId, status, window, costMsat, promoted, steps }: Night): NightGlance {
  return { nightId, signatureId, status, window, costMsat, promoted, steps: steps.length };
}
