// The steps of a night, in their order. Each can be begun again after a kill: what it did already it finds, and does not do twice.
import type { NightStep } from '../../protocol/dse/overnight.ts';
import { PylonError } from '../../protocol/errors.ts';
import { canary } from './canary.ts';
import { missingEvidence } from './evidence.ts';
import { baseline, verify } from './probes.ts';
import { leftMsat, needId, type Step } from './step.ts';

/** Of what is left of the window: the gate, the canary and the verification need the rest. */
const SEARCH_SHARE = 0.6;

/**
 * A search is named by its limits, too, and what it comes to by the search: what is left of a window or a budget is a little more or less each
 * night, and the same search under another name would have the same parameters looked at on the holdout again. A power of two.
 */
const steadyTime = (ms: number) => 2 ** Math.floor(Math.log2(Math.max(1, ms)));

/** In sixteenths of the budget. */
function steadyMoney(leftMsat: number, budgetMsat: number): number {
  const part = Math.max(1, Math.ceil(budgetMsat / 16));
  return leftMsat - (leftMsat % part);
}

const mine: Step = async ({ desks, night, keep }) => {
  const { signatureId, minesFromMs } = night();
  const { exampleIds, note } = await desks.mine(signatureId, minesFromMs);
  await keep({ ids: exampleIds.map((id) => ({ kind: 'example', id })) });
  return { note };
};

const compile: Step = async (context) => {
  const { desks, night, keep, signal } = context;
  const { request, window, open, budgetMsat } = night();
  // By when the step was begun, so that a night that is gone on with asks for the same search.
  const maxTimeMs = steadyTime((window.untilMs - open.startedAtMs) * SEARCH_SHARE);
  const asked = { night: request, maxMsat: steadyMoney(leftMsat(context), budgetMsat), maxTimeMs };
  const { reportId, compiledId, costMsat, note } = await desks.search(asked, signal);
  const report = { kind: 'report' as const, id: reportId };
  await keep({ ids: compiledId === null ? [report] : [report, { kind: 'artifact', id: compiledId }], costMsat });
  return compiledId === null ? { note, ends: 'nothing_to_promote' } : { note };
};

const gate: Step = async ({ desks, night, keep, signal }) => {
  const compiledId = needId(night(), 'compile', 'artifact');
  const { promotionId, verdict, reason } = await desks.gate(compiledId, night().request, signal);
  await keep({ ids: [{ kind: 'promotion', id: promotionId }] });
  const note = `${verdict}: ${reason}`;
  return verdict === 'promote' ? { note } : { note, ends: 'nothing_to_promote' };
};

const promote: Step = async ({ desks, night, keep, signal }) => {
  const { signatureId, open } = night();
  const compiledId = needId(night(), 'compile', 'artifact');
  const [latest] = await desks.history(signatureId);
  const isDone = latest?.action === 'promote' && latest.compiled_id === compiledId && latest.atMs >= open.startedAtMs;
  const promotionId = isDone && latest.promotionId !== null ? latest.promotionId : await move();
  await keep({
    ids: [
      { kind: 'promotion', id: promotionId },
      { kind: 'artifact', id: compiledId },
    ],
  });
  return { note: `${compiledId} is in force`, promoted: compiledId };

  async function move(): Promise<string> {
    const promotion = await desks.promotion(needId(night(), 'gate', 'promotion'));
    const canaryId = needId(night(), 'canary', 'canary');
    const watched = (await desks.canaries(signatureId)).find((one) => one.canaryId === canaryId);
    if (watched === undefined) throw new PylonError('internal', { value: canaryId, reason: 'the canary is gone' });
    const missing = missingEvidence(compiledId, {
      promotion,
      canary: watched,
      active: await desks.active(signatureId),
    });
    if (missing !== undefined) throw new PylonError('night-refused', { value: compiledId, reason: missing });
    const moved = await desks.promote(compiledId, promotion.promotionId, signal);
    if (!moved.movedPointer) throw new PylonError('night-refused', { value: compiledId, reason: moved.reason });
    return moved.promotionId;
  }
};

export const STEPS: Readonly<Record<NightStep, Step>> = { baseline, mine, compile, gate, canary, promote, verify };
