// What a provider's page tells besides the leaderboard: its announcement, and the jobs it had last. Jobs have no index, which
// every sub-query would have to write: the traces of the latest runs are read instead, and the answer says how many.

import { foldEvent, type RunState } from '../../protocol/fold.ts';
import type { Offer } from '../../protocol/handler.ts';
import {
  type Announced,
  type ProviderJob,
  type ProviderJobs,
  RECENT_JOBS_MAX,
} from '../../protocol/provider-history.ts';
import type { RunRecord } from '../../protocol/run.ts';
import type { QueryState } from '../../protocol/run-state.ts';
import { preview } from '../../protocol/text.ts';
import type { RunLibrary } from './port.ts';

/** Runs looked into, newest first. */
const RUNS_READ_MAX = 32;
/** Sub-queries in them, some six events each: a tenth of a second of reading. A larger run is passed over. */
const QUERIES_READ_MAX = 8_000;
const QUESTION_CHARS_MAX = 200;

export function announcedOf(offer: Offer | undefined): Announced | null {
  if (offer === undefined) return null;
  const { name, models, base_msat, msat_per_1k_chars, max_input_bytes, concurrency } = offer;
  return {
    name,
    models,
    base_msat,
    msat_per_1k_chars,
    max_input_bytes,
    concurrency,
    credit_msat: offer.credit_msat ?? null,
    network: offer.network ?? null,
    escrow: offer.escrow ?? false,
    operator: offer.operator ?? null,
    expires_at: new Date(offer.expiresAt * 1_000).toISOString(),
  };
}

const STATES: Readonly<Record<QueryState['status'], ProviderJob['state']>> = {
  submitted: 'open',
  executing: 'open',
  answered: 'answered',
  failed: 'failed',
  timeout: 'timeout',
  cancelled: 'cancelled',
};

function jobOf({ id, query }: RunRecord, job: QueryState): ProviderJob {
  return {
    run_id: id,
    query_id: job.id,
    question: preview(query, QUESTION_CHARS_MAX),
    chunk: job.chunk,
    asked_at: new Date(job.submitted_ms).toISOString(),
    state: STATES[job.status],
    rejected: job.rejected,
    latency_ms: job.latency_ms ?? null,
    settled_msat: job.settled_msat,
    error: job.error?.code ?? null,
  };
}

async function stateOf(library: RunLibrary, runId: string): Promise<RunState | undefined> {
  let state: RunState | undefined;
  for await (const event of library.events(runId, 0)) state = foldEvent(state, event);
  return state;
}

/** @throws PylonError `store-*` */
export async function recentJobs(library: RunLibrary, provider: string): Promise<ProviderJobs> {
  const jobs: ProviderJob[] = [];
  let [runsRead, queriesRead] = [0, 0];
  for (const run of await library.list({ limit: RUNS_READ_MAX })) {
    if (jobs.length >= RECENT_JOBS_MAX) break;
    if (run.origin !== undefined) continue; // it was asked by another home
    if (queriesRead + run.metrics.sub_queries > QUERIES_READ_MAX) continue;
    queriesRead += run.metrics.sub_queries;
    runsRead++;
    const state = await stateOf(library, run.id);
    const asked = [...(state?.queries.values() ?? [])].filter((query) => query.provider === provider);
    jobs.push(...asked.reverse().map((query) => jobOf(run, query)));
  }
  return { jobs: jobs.slice(0, RECENT_JOBS_MAX), runs_read: runsRead };
}
