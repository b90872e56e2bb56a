import t from 'tap';
import type { Journal } from '../../../conductor/ports.ts';
import { LateCosts } from '../../../conductor/run/late-costs.ts';
import { TraceEmitter } from '../../../conductor/run/trace-emitter.ts';
import { LATE_COST_MS } from '../../../protocol/limits.ts';
import { NO_USAGE } from '../../../protocol/signature.ts';
import type { TraceEvent } from '../../../protocol/trace.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const SPENT = { calls: 2, input_tokens: 30, output_tokens: 4 };

function stage() {
  const clock = new VirtualClock();
  const events: TraceEvent[] = [];
  const journal: Journal = { commit: async (told) => void events.push(...told), keepBlob: () => undefined };
  const emitter = new TraceEmitter('run', clock, journal, (error) => t.fail(error.message));
  const costs = new LateCosts(clock, emitter);
  let closed = false;
  const close = () =>
    costs.close().then(() => {
      closed = true;
    });
  return { clock, events, costs, close, isClosed: () => closed };
}

t.test('a run waits for what withdrawn jobs had cost, and records it', async (t) => {
  const { events, costs, close, isClosed } = stage();
  costs.expect('0.0');
  costs.expect('1.0');
  const closing = close();
  costs.told('0.0', SPENT);
  await null;
  t.notOk(isClosed(), 'one is still to tell');
  costs.told('1.0', NO_USAGE);
  await closing;
  t.match(events, [{ type: 'SubQueryCancel', query_id: '0.0', reason: 'job-cancelled', usage: SPENT }]);
  t.equal(events.length, 1, 'what cost nothing is no news');
});

t.test('a provider that never tells is not waited for longer than its time', async (t) => {
  const { clock, events, costs, close } = stage();
  costs.expect('0.0');
  const closing = close();
  const startedMs = clock.now();
  await clock.runUntil(closing);
  t.equal(clock.now() - startedMs, LATE_COST_MS);
  costs.told('0.0', SPENT);
  t.same(events, [], 'after the end nothing is counted');
});

t.test('a run that withdrew nothing waits for nothing', async (t) => {
  const { close } = stage();
  await close();
  t.pass();
});
