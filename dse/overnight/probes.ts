// The same few predictions before the search and after a promotion, as anybody makes them: what was promoted must be what predicts, and must
// not do visibly worse than before.
import type { NightProbe } from '../../protocol/dse/overnight.ts';
import { mean } from '../../protocol/mean.ts';
import { mcnemarBetter } from '../../protocol/significance.ts';
import { isOver, needId, probe, type Step, type StepContext, type StepOutcome } from './step.ts';

/** From this p on a promotion that was proven on a holdout is taken back for what a few predictions say. */
const WORSE_P = 0.01;

/** Makes those that are not made yet. @returns whether all of them are made: the window may end before @param isPatient goes on after it */
async function askAll(context: StepContext, ids: readonly string[], isPatient: boolean): Promise<boolean> {
  const made = new Set(context.night().open.probes.map(({ exampleId }) => exampleId));
  for (const exampleId of ids) {
    if (made.has(exampleId)) continue;
    if (!isPatient && isOver(context)) return false;
    await probe(context, exampleId);
  }
  return true;
}

/** Predicts some examples by what is in force; dev before train, because a search shows train to models. */
export const baseline: Step = async (context) => {
  const { desks, night, keep } = context;
  const { signatureId, request } = night();
  const active = await desks.active(signatureId);
  const { open } = night();
  if (open.ids.length === 0) await keep({ ids: [{ kind: 'artifact', id: active }] });
  const examples = await desks.examples(signatureId);
  const [dev, train] = [
    examples.filter(({ split }) => split === 'dev'),
    examples.filter(({ split }) => split === 'train'),
  ];
  const chosen = [...dev, ...train].slice(0, request.probes).map(({ exampleId }) => exampleId);
  const isWhole = await askAll(context, chosen, false);
  const told = `${active} is in force; ${scoresOf(night().open.probes)}`;
  return { note: isWhole ? told : `${told}; the window ended` };
};

/** The same predictions by what was promoted; it is taken back where they are not made by it, or do worse. */
export const verify: Step = async (context) => {
  const { desks, night } = context;
  const { signatureId, steps } = night();
  const promoted = needId(night(), 'promote', 'artifact');
  const before = steps.find(({ step }) => step === 'baseline')?.probes ?? [];
  const { params } = (await desks.artifact(promoted)).hashes;
  const examples = new Set((await desks.examples(signatureId)).map(({ exampleId }) => exampleId));
  const again = before.map(({ exampleId }) => exampleId).filter((id) => examples.has(id));
  await askAll(context, again, true);
  const after = night().open.probes;
  const stranger = after.find(({ madeBy }) => madeBy?.compiled_id !== promoted || madeBy.params !== params);
  if (stranger !== undefined)
    return takeBack(context, promoted, `run ${stranger.runId} was not predicted by what was promoted`);
  const p = worseP(before, after);
  const told = `${scoresOf(before)} before, ${scoresOf(after)} after`;
  if (p < WORSE_P) return takeBack(context, promoted, `worse than before (p ${p.toPrecision(2)}): ${told}`);
  return { note: after.length === 0 ? 'there was nothing to predict' : told };
};

/** Small where the second ones are worse. */
function worseP(before: readonly NightProbe[], after: readonly NightProbe[]): number {
  const scores = new Map(before.map(({ exampleId, score }) => [exampleId, score ?? 0]));
  let [better, worse] = [0, 0];
  for (const { exampleId, score } of after) {
    const difference = (score ?? 0) - (scores.get(exampleId) ?? 0);
    if (difference > 0) better++;
    if (difference < 0) worse++;
  }
  return mcnemarBetter(better, worse);
}

/** Once: a night that is gone on with after it finds that something else is in force. */
async function takeBack({ desks, night }: StepContext, promoted: string, why: string): Promise<StepOutcome> {
  const { signatureId, nightId } = night();
  if ((await desks.active(signatureId)) === promoted)
    await desks.rollback(signatureId, `the verification of night ${nightId} failed: ${why}`.slice(0, 1_024));
  return { note: `rolled back: ${why}`, ends: 'failed', promoted: null };
}

function scoresOf(probes: readonly NightProbe[]): string {
  const failed = probes.filter(({ score }) => score === null).length;
  return `mean ${mean(probes.map(({ score }) => score ?? 0)).toFixed(3)} of ${probes.length}${failed === 0 ? '' : `, ${failed} failed`}`;
}
