import t from 'tap';
import type { RunLibrary } from '../../../node/engine/port.ts';
import { announcedOf, recentJobs } from '../../../node/engine/provider-page.ts';
import { fold, toRunRecord } from '../../../protocol/fold.ts';
import { announcedSchema, providerJobsSchema, RECENT_JOBS_MAX } from '../../../protocol/provider-history.ts';
import { runIdOf, traceOf } from '../../support/traces.ts';

const PROVIDER = 'ab'.repeat(32);

/** A library of runs with so many sub-queries each, the first the newest. */
function libraryOf(sizes: readonly number[]): { library: Pick<RunLibrary, 'list' | 'events'>; read: string[] } {
  const traces = sizes.map((queries, index) => traceOf({ queries, runId: runIdOf(sizes.length - index) }));
  const read: string[] = [];
  const library = {
    list: async () => traces.map((trace) => toRunRecord(fold(trace))),
    async *events(id: string) {
      read.push(id);
      yield* traces.find((trace) => trace[0]?.run_id === id) ?? [];
    },
  };
  return { library: library as unknown as Pick<RunLibrary, 'list' | 'events'>, read };
}

t.test('a provider’s jobs are told newest first, as many as one answer holds', async (t) => {
  const { library, read } = libraryOf([2, 40, 40, 40]);
  const told = providerJobsSchema.parse(await recentJobs(library as RunLibrary, PROVIDER));
  t.equal(told.jobs.length, RECENT_JOBS_MAX);
  t.equal(told.runs_read, 3, 'no run is read beyond what is told');
  t.equal(read.length, 3);
  t.match(told.jobs[0], { run_id: runIdOf(4), chunk: 1, state: 'answered', latency_ms: 12.5, settled_msat: 26 });
  t.match(told.jobs[1], { run_id: runIdOf(4), chunk: 0 });
  t.match(told.jobs[2], { run_id: runIdOf(3), chunk: 39 });
});

t.test('a run too large to be read for it is passed over, and others are nobody’s', async (t) => {
  const { library, read } = libraryOf([8_001, 3]);
  t.match(await recentJobs(library as RunLibrary, PROVIDER), { jobs: { length: 3 }, runs_read: 1 });
  t.same(read, [runIdOf(1)]);
  t.same(await recentJobs(library as RunLibrary, 'cd'.repeat(32)), { jobs: [], runs_read: 1 });
});

t.test('an announcement tells what it leaves open, too', (t) => {
  const limits = { base_msat: 10, msat_per_1k_chars: 1, max_input_bytes: 40_960, concurrency: 8 };
  const offer = {
    v: 1 as const,
    name: 'carol',
    models: ['m'],
    ...limits,
    provider: PROVIDER,
    expiresAt: 1_700_000_000,
  };
  const told = announcedSchema.parse(announcedOf(offer));
  t.match(told, { credit_msat: null, network: null, escrow: false, expires_at: '2023-11-14T22:13:20.000Z' });
  t.equal(announcedOf(undefined), null);
  t.end();
});
