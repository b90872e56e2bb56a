// A run whose sub-queries overlap at random: any number in flight, some late, some never back.
import type { TraceEvent, TraceFact } from '../../protocol/trace.ts';
import { seededRandom } from './seeded-random.ts';
import { RUN_CONFIG, runIdOf, TRACE_BEGINS_MS } from './traces.ts';

/** @param queries how many, all sent within `spreadMs` */
export function overlappingTrace(seed: number, queries: number, spreadMs: number): TraceEvent[] {
  const random = seededRandom(seed);
  const timed: [atMs: number, fact: TraceFact][] = [];
  for (let chunk = 0; chunk < queries; chunk++) {
    const query_id = `${chunk}.0`;
    const sent = Math.floor(random.fraction() * spreadMs);
    const provider = `${chunk % 7}`.repeat(64);
    const asked = { query_id, chunk, attempt: 0, provider, venue: 'Swarm' as const, price_msat: 26 };
    timed.push([sent, { type: 'SubQuerySubmit', ...asked, name: `p${chunk % 7}` }]);
    const took = Math.floor(random.fraction() * 900);
    const fate = random.fraction();
    if (fate < 0.05) continue;
    if (fate < 0.1) timed.push([sent + took, { type: 'SubQueryTimeout', query_id, after_ms: took, reason: 'timeout' }]);
    else
      timed.push([
        sent + took,
        {
          type: 'SubQueryReturn',
          query_id,
          ok: fate < 0.95,
          latency_ms: took,
          findings: 1,
          quotes_dropped: 0,
          usage: { calls: 1, input_tokens: 10, output_tokens: 3 },
          preview: 'found',
          ...(fate < 0.95 ? {} : { error: { code: 'job-failed', message: 'no' } }),
        },
      ]);
  }
  timed.sort(([left], [right]) => left - right);
  const inputs = [{ path: 'build.log', bytes: queries * 16_000 }];
  const init: TraceFact = {
    type: 'RunInit',
    query: 'Why?',
    config: RUN_CONFIG,
    inputs,
    git_sha: null,
    dataset: null,
    experiment: null,
  };
  const end: TraceFact = { type: 'RunDone', status: 'done', output: 'Because [1]', span_refs: [] };
  const last = timed.at(-1)?.[0] ?? 0;
  const all: [number, TraceFact][] = [[0, init], ...timed, [last + 5, end]];
  return all.map(
    ([at, fact], seq) => ({ v: 1, run_id: runIdOf(1), seq, timestamp_ms: TRACE_BEGINS_MS + at, ...fact }) as TraceEvent,
  );
}
