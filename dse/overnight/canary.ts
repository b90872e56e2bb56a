// The canary of a night: the winner makes a share of predictions until the evidence says whether it harms. The predictions are those that people
// make meanwhile, or the night replays the examples that a search may see, each once: a question asked twice would be counted twice.
import type { Canary } from '../../protocol/dse/canary.ts';
import { isLive } from '../../protocol/dse/canary-fold.ts';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import { endsNight, isOver, leftMsat, needId, type Step, type StepContext, throwIfStopped } from './step.ts';

/** Between two looks at a canary on live traffic. */
const LOOK_MS = 5_000;

export const canary: Step = async (context) => {
  const { night } = context;
  const { signatureId, request } = night();
  const { minSamples, rolloutPct, traffic } = request.canary;
  const all = traffic === 'replay' ? (await context.desks.examples(signatureId)).map(({ exampleId }) => exampleId) : [];
  const needed = Math.ceil((minSamples * 100) / rolloutPct);
  if (traffic === 'replay' && all.length < needed)
    return {
      ends: 'held',
      note: `${all.length} examples to replay, and a canary of ${minSamples} receipts takes about ${needed}: add examples, or use --traffic live`,
    };
  const begun = await begin(context);
  let ended: Canary;
  try {
    if (traffic === 'replay') await replay(context, begun.canaryId, all);
    else await watch(context, begun.canaryId);
    ended = await read(context, begun.canaryId);
    if (isLive(ended)) {
      const why = traffic === 'replay' && !isOver(context) ? 'all examples were replayed' : 'the window ended';
      ended = await context.desks.stopCanary(signatureId, `${why} before the evidence was in (${ended.reason})`);
    }
  } catch (thrown) {
    if (endsNight(toPylonError(thrown), context.signal)) await giveUp(context, begun.canaryId);
    throw thrown;
  }
  const told = `${ended.status}: ${ended.reason}`;
  if (ended.status === 'passed') return { note: told };
  return { note: told, ends: ended.status === 'auto_stopped' ? 'nothing_to_promote' : 'held' };
};

/** The one that this step began, in this life or an earlier one; else a new one. */
async function begin({ desks, night, keep }: StepContext): Promise<Canary> {
  const { signatureId, nightId, request, open } = night();
  const compiledId = needId(night(), 'compile', 'artifact');
  const ours = (await desks.canaries(signatureId)).find(
    ({ plan, startedAtMs }) => plan.canary_compiled_id === compiledId && startedAtMs >= open.startedAtMs,
  );
  const { traffic: _, ...terms } = request.canary;
  const plan = { signatureId, canary_compiled_id: compiledId, ...terms, reason: `night ${nightId}` };
  const begun = ours ?? (await desks.startCanary(plan));
  await keep({ ids: [{ kind: 'canary', id: begun.canaryId }] });
  return begun;
}

async function read({ desks, night }: StepContext, canaryId: string): Promise<Canary> {
  const found = (await desks.canaries(night().signatureId)).find((one) => one.canaryId === canaryId);
  if (found === undefined)
    throw new PylonError('internal', { value: canaryId, reason: 'the canary of the night is gone' });
  return found;
}

/** Until it is over, the examples are all asked, or the window or the budget ends. */
async function replay(context: StepContext, canaryId: string, all: readonly string[]): Promise<void> {
  const { desks, night, signal, keep } = context;
  const { nightId, request } = night();
  for (const exampleId of all) {
    const { replayed, costMsat } = night().open;
    if (replayed !== null && exampleId <= replayed) continue;
    if (isOver(context) || !isLive(await read(context, canaryId))) return;
    throwIfStopped(context);
    const asking = { night: request, experiment: `night ${nightId} canary`, maxMsat: leftMsat(context) };
    const asked = await desks.ask(request.signatureId, exampleId, asking, signal);
    throwIfStopped(context);
    await keep({ replayed: exampleId, costMsat: costMsat + asked.costMsat });
  }
}

/** Until it is over, or the window is. */
async function watch(context: StepContext, canaryId: string): Promise<void> {
  const { clock, signal, night } = context;
  while (!isOver(context) && isLive(await read(context, canaryId))) {
    throwIfStopped(context);
    const untilMs = Math.min(LOOK_MS, night().window.untilMs - clock.now());
    await new Promise<void>((resolve) => {
      const go = () => {
        cancel();
        signal.removeEventListener('abort', go);
        resolve();
      };
      const cancel = clock.after(untilMs, go);
      signal.addEventListener('abort', go, { once: true });
    });
  }
  throwIfStopped(context);
}

/** Nobody watches it any more: what is in force makes all predictions again. */
async function giveUp(context: StepContext, canaryId: string): Promise<void> {
  if (isLive(await read(context, canaryId)))
    await context.desks.stopCanary(context.night().signatureId, 'the night could not go on');
}
