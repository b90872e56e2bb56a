// What counts as asking again, and what as a hedge.
import t from 'tap';
import { fold } from '../../protocol/fold.ts';
import { metricsOf } from '../../protocol/run-metrics.ts';
import { NO_USAGE } from '../../protocol/signature.ts';
import type { TraceEvent, TraceFact } from '../../protocol/trace.ts';
import { RUN_CONFIG } from '../support/traces.ts';

const RUN_ID = '01HZZZZZZZZZZZZZZZZZZZZZZZ';
const RETURNED = { type: 'SubQueryReturn', latency_ms: 5, findings: 0, quotes_dropped: 0, usage: NO_USAGE } as const;

type Venue = 'Swarm' | 'Local';

function submit(id: number, more: { venue?: Venue; canary?: true; chunk?: number } = {}): TraceFact {
  const { venue = 'Swarm', chunk = 0, ...marked } = more;
  const whom = { provider: `p${id}`, venue, price_msat: 1 };
  return { type: 'SubQuerySubmit', query_id: `q${id}`, chunk, attempt: id, ...whom, ...marked };
}
const answers = (id: number, ok: boolean): TraceFact => ({ ...RETURNED, query_id: `q${id}`, ok, preview: '' });
const hedge = (id: number, of: number): TraceFact => ({ type: 'SubQueryHedge', query_id: `q${id}`, of: `q${of}` });
const silence = (id: number): TraceFact => ({
  type: 'SubQueryTimeout',
  query_id: `q${id}`,
  after_ms: 2_500,
  reason: 'no-sign-of-life',
});

function counts(...facts: TraceFact[]) {
  const header = { v: 1 as const, run_id: RUN_ID, timestamp_ms: 1_700_000_000_000 };
  const init: TraceFact = {
    type: 'RunInit',
    query: 'what?',
    config: RUN_CONFIG,
    inputs: [],
    git_sha: null,
    dataset: null,
    experiment: null,
  };
  const events = [init, ...facts].map((fact, seq) => ({ ...fact, ...header, seq }) as TraceEvent);
  const { retries, hedges } = metricsOf(fold(events));
  return { retries, hedges };
}

t.test('replicas of a vote are neither retries nor hedges', async (t) => {
  t.same(counts(submit(0), submit(1), answers(0, true), answers(1, true), submit(2)), { retries: 0, hedges: 0 });
});

t.test('whoever is asked for one that failed or went silent is a retry, once for each', async (t) => {
  t.same(counts(submit(0), answers(0, false), submit(1), silence(1), submit(2), submit(3)), { retries: 2, hedges: 0 });
  t.same(counts(submit(0), answers(0, false), submit(1, { chunk: 1 })), { retries: 0, hedges: 0 }, 'of its own chunk');
});

t.test('an answer that a gate or a validator turned down is asked for again', async (t) => {
  const rejected: TraceFact = { type: 'VerifyObjective', chunk: 0, query_id: 'q0', verdict: 'rejected' };
  t.same(counts(submit(0), answers(0, true), rejected, submit(1)), { retries: 1, hedges: 0 });
  const refuted: TraceFact = { type: 'VerifyValidated', chunk: 0, query_id: 'q0', validator: 'v', verdict: 'refuted' };
  t.same(counts(submit(0), answers(0, true), refuted, submit(1)), { retries: 1, hedges: 0 });
});

t.test('a hedge takes nobody’s place, so that one that failed is still to be asked for again', async (t) => {
  const hedged = [submit(0), submit(1), answers(1, false), submit(2), hedge(2, 0)];
  t.same(counts(...hedged), { retries: 0, hedges: 1 });
  t.same(counts(...hedged, submit(3)), { retries: 1, hedges: 1 });
});

t.test('canaries and our own answers count as neither', async (t) => {
  const own = submit(1, { venue: 'Local' });
  t.same(counts(submit(0), answers(0, false), own, submit(2, { canary: true })), { retries: 0, hedges: 0 });
});
