import t from 'tap';
import { Reputations } from '../../ledger/reputation.ts';
import { reputationKey } from '../../ledger/store/keys.ts';
import { decodeValue } from '../../ledger/store/values.ts';
import { foldEvent, type RunState } from '../../protocol/fold.ts';
import { TRACE_VERSION, type TraceEvent, type TraceFact } from '../../protocol/trace.ts';
import { RUN_CONFIG } from '../support/traces.ts';

const PROVIDERS = ['aa', 'bb', 'cc'].map((digits) => digits.repeat(32));

/** A run of one chunk in which three answered and the third said something else. */
function tellRun(reputations: Reputations, verification: string): void {
  const facts: TraceFact[] = [
    {
      type: 'RunInit',
      query: 'q',
      config: { ...RUN_CONFIG, verification },
      inputs: [],
      git_sha: null,
      dataset: null,
      experiment: null,
    },
    ...PROVIDERS.map((provider, attempt): TraceFact => {
      const place = { query_id: `0.${attempt}`, chunk: 0, attempt, provider };
      return { type: 'SubQuerySubmit', ...place, venue: 'Swarm', price_msat: 1 };
    }),
    {
      type: 'VerifyRedundant',
      chunk: 0,
      agreement: 2 / 3,
      n: 2,
      m: 3,
      verdict: 'accepted',
      agreeing: ['0.0', '0.1'],
      dissenting: ['0.2', 'no such query'],
    },
  ];
  let state: RunState | undefined;
  facts.forEach((fact, seq) => {
    const event = { v: TRACE_VERSION, run_id: 'r', seq, timestamp_ms: 0, ...fact } as TraceEvent;
    state = foldEvent(state, event);
    reputations.see(state, event);
  });
}

/** What a store holds, in memory. */
function memory() {
  const rows = new Map<string, Uint8Array>();
  const valueNow = (key: string) => {
    const bytes = rows.get(key);
    return bytes === undefined ? undefined : decodeValue(bytes, key);
  };
  const write = (reputations: Reputations) => {
    for (const row of reputations.take()) if (row.type === 'put') rows.set(row.key, row.value as Uint8Array);
    reputations.stored();
  };
  return { rows, valueNow, write };
}

t.test('a verdict is told of everybody who answered, and another process reads it', async (t) => {
  const store = memory();
  const reputations = new Reputations(store);
  t.equal(reputations.standing(PROVIDERS[0]!), undefined);
  tellRun(reputations, 'credibility');
  t.match(reputations.standing(PROVIDERS[0]!), { streak: 1, right: 1 }, 'at once');
  t.equal(store.rows.size, 0);
  store.write(reputations);
  const later = new Reputations(store);
  t.match(later.standing(PROVIDERS[1]!), { streak: 1 });
  t.match(later.standing(PROVIDERS[2]!), { wrong: 1, strikes: 1 });
  tellRun(later, 'credibility');
  store.write(later);
  t.match(new Reputations(store).standing(PROVIDERS[0]!), { streak: 2, right: 2 });
});

t.test('a vote of a few strangers is not believed: nobody learns from it', async (t) => {
  const store = memory();
  const reputations = new Reputations(store);
  tellRun(reputations, 'redundancy:2of3');
  store.write(reputations);
  t.equal(store.rows.size, 0);
});

t.test('what could not be written is as if it had not been', async (t) => {
  const store = memory();
  const reputations = new Reputations(store);
  tellRun(reputations, 'credibility');
  reputations.take();
  reputations.forget();
  t.equal(reputations.standing(PROVIDERS[0]!), undefined);
});

t.test('a row that is none is a corrupt store, not a standing', async (t) => {
  const reputations = new Reputations({ valueNow: () => ({ streak: -1 }) });
  t.throws(() => reputations.standing('x'), { code: 'store-corrupt', value: reputationKey('x') });
});
