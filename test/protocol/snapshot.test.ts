// A snapshot loses nothing: what is read from it is the state, and goes on as the state would have.
import fc from 'fast-check';
import t from 'tap';
import { fold, foldEvent, type RunState } from '../../protocol/fold.ts';
import { decodeSnapshot, encodeSnapshot, type RunSnapshot } from '../../protocol/snapshot.ts';
import { annotatedTrace } from '../support/lawful-trace.ts';
import { traceOf } from '../support/traces.ts';

const throughJson = (state: RunState) => JSON.parse(JSON.stringify(encodeSnapshot(state))) as RunSnapshot;
/** As plain data, with what is left out of sparse arrays left out. */
const plain = (state: RunState) => ({
  ...state,
  chunks: Object.entries(state.chunks),
  queries: [...state.queries],
  unanswered: [...state.unanswered],
  payouts: [...state.payouts],
  scores: [...state.scores],
});

t.test('a state comes out of its snapshot as it went in, and is folded on to the same', async (t) => {
  fc.assert(
    fc.property(annotatedTrace, fc.nat(), (events, cut) => {
      const at = 1 + (cut % events.length);
      const state = fold(events.slice(0, at));
      let again: RunState = decodeSnapshot(throughJson(state));
      t.same(plain(again), plain(state), `after ${at} events`);
      for (const event of events.slice(at)) again = foldEvent(again, event);
      t.same(plain(again), plain(fold(events)), `folded on from event ${at}`);
    }),
    { numRuns: 100 },
  );
});

t.test('what people said of a run since is in it', async (t) => {
  const state = fold(traceOf());
  state.scores.set('accuracy', 0.84).set('__proto__', 1);
  state.note = 'the good one';
  t.same(plain(decodeSnapshot(throughJson(state))), plain(state));
});

t.test('fragments that nobody told of stay unknown', async (t) => {
  const events = traceOf({ queries: 3 }).map((event) =>
    event.type === 'EnvLoadFragment' && event.chunk === 2 ? { ...event, chunk: 7_000_000 } : event,
  );
  const again = decodeSnapshot(throughJson(fold(events)));
  t.same(Object.keys(again.chunks), ['0', '1', '7000000']);
});

t.test('a snapshot of another version is refused', async (t) => {
  const snapshot = throughJson(fold(traceOf()));
  t.throws(() => decodeSnapshot({ ...snapshot, v: 3 } as unknown as RunSnapshot), { code: 'trace-invalid' });
});

t.test('of 100,000 sub-queries it has less than 12 MB, and is read back in a moment', async (t) => {
  const state = fold(traceOf({ queries: 100_000 }));
  const text = JSON.stringify(encodeSnapshot(state));
  t.comment(`${text.length} characters`);
  t.ok(text.length <= 12_000_000, `${text.length} characters`);
  t.equal(decodeSnapshot(JSON.parse(text)).queries.size, 100_000);
});
