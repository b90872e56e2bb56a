import t from 'tap';
import { PredictionFailed } from '../../../conductor/ports.ts';
import { PredictBudget } from '../../../conductor/predict/budget.ts';
import { withinTime } from '../../../conductor/predict/time-limit.ts';
import { PylonError } from '../../../protocol/errors.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const USAGE = { calls: 2, input_tokens: 30, output_tokens: 4 };

/** Hangs until it is aborted, as a model does. */
function hanging(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(new PredictionFailed(new PylonError('job-cancelled'), USAGE, 1))),
  );
}

t.test('a call that hangs ends when the time is over, with what it had cost', async (t) => {
  const clock = new VirtualClock();
  const budget = new PredictBudget({ maxTimeMs: 300 }, clock);
  const result = withinTime(budget.child(), clock, new AbortController().signal, hanging);
  const refused = t.rejects(result, { code: 'budget-limit-reached', value: 'maxTimeMs 300', usage: USAGE, repairs: 1 });
  await clock.advance(300);
  await refused;
  t.same(budget.hit(), ['maxTimeMs']);
});

t.test('what ends by itself, or because it was interrupted, is not called late', async (t) => {
  const clock = new VirtualClock();
  const budget = new PredictBudget({ maxTimeMs: 300 }, clock);
  const interrupted = new AbortController();
  t.equal(await withinTime(budget, clock, interrupted.signal, async () => 7), 7);
  const result = withinTime(budget, clock, interrupted.signal, hanging);
  interrupted.abort();
  await t.rejects(result, { code: 'job-cancelled' });
  t.same(budget.hit(), []);
  await clock.advance(300);
  await t.rejects(withinTime(budget, clock, new AbortController().signal, hanging), { code: 'budget-limit-reached' });
});

t.test('without a limit the work has the signal it was given', async (t) => {
  const clock = new VirtualClock();
  const { signal } = new AbortController();
  t.equal(await withinTime(new PredictBudget({}, clock), clock, signal, async (given) => given), signal);
});
