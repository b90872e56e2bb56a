import fc from 'fast-check';
import t from 'tap';
import { lessonsOf, type Observation, observe, STRANGER, type Standing } from '../../protocol/standing.ts';
import { TRACE_VERSION } from '../../protocol/trace.ts';

const after = (observations: readonly Observation[], from: Standing = STRANGER) => observations.reduce(observe, from);
const right = (by: Observation['by'] = 'panel'): Observation => ({ by, isRight: true });
const wrong = (by: Observation['by'] = 'panel'): Observation => ({ by, isRight: false });
const times = <Item>(count: number, item: Item) => Array.from({ length: count }, () => item);

t.test('a stranger is caught by its first wrong result', async (t) => {
  t.match(after([wrong('canary')]), { strikes: 1, streak: 0, passes: 0 });
  t.match(after([right(), wrong('local')]), { strikes: 1 });
});

t.test(
  'one wrong result of a provider that proved itself is forgiven, but its streak is gone; the next is not',
  async (t) => {
    const proven = after(times(10, right()));
    t.match(after([wrong()], proven), { strikes: 0, streak: 0, wrong: 1, right: 10 });
    t.match(after([wrong(), wrong()], proven), { strikes: 1 });
    t.match(after([wrong(), right(), right(), wrong()], proven), { strikes: 1 });
    t.match(after([wrong(), ...times(10, right()), wrong()], proven), { strikes: 0 }, 'once it was lived down');
  },
);

t.test('canaries and answers are counted apart', async (t) => {
  t.match(after([right('canary'), right('canary'), right('local')]), { passes: 2, streak: 1, right: 3 });
});

t.test('who is caught begins lower than a stranger', async (t) => {
  const caught = after([wrong()]);
  t.ok(caught.suspicion > STRANGER.suspicion);
  t.match(after([...times(3, right()), wrong()], caught), { strikes: 2 });
  t.match(after([...times(3, right()), wrong()]), { strikes: 0 });
});

t.test('whatever happens, numbers stay in bounds and a wrong result never helps', async () => {
  const observation = fc.record({
    by: fc.constantFrom('canary', 'panel', 'local') as fc.Arbitrary<Observation['by']>,
    isRight: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(observation, { maxLength: 60 }), (observations) => {
      const standing = after(observations);
      const worse = observe(standing, wrong());
      return (
        standing.suspicion >= 0 &&
        standing.suspicion < 6 &&
        standing.right + standing.wrong === observations.length &&
        standing.strikes <= standing.wrong &&
        worse.streak === 0 &&
        (worse.suspicion > standing.suspicion || worse.strikes > standing.strikes)
      );
    }),
  );
});

t.test('a recorded verdict teaches of those who agreed with another, and of those who did not', async (t) => {
  const header = { v: TRACE_VERSION, run_id: 'r', seq: 3, timestamp_ms: 0, type: 'VerifyRedundant' as const } as const;
  const verdict = (verdict: string, agreeing: string[], dissenting: string[]) => [
    ...lessonsOf({ ...header, chunk: 0, agreement: 0, n: 0, m: 0, verdict, agreeing, dissenting }),
  ];
  t.same(
    verdict('accepted', ['0.0'], ['0.1']),
    [{ queryId: '0.1', observation: wrong() }],
    'one alone confirms nothing',
  );
  t.equal(verdict('accepted', ['0.0', '0.2'], ['0.1']).length, 3);
  t.same(verdict('local', ['0.0'], []), [{ queryId: '0.0', observation: right('local') }]);
  t.same(verdict('canary', [], ['0.c0']), [{ queryId: '0.c0', observation: wrong('canary') }]);
  t.same(verdict('undecided', ['0.0', '0.1'], ['0.2']), []);
  t.same(verdict('constructor', ['0.0', '0.1'], ['0.2']), []);
});
