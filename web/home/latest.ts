// The first page as it is after runs have changed: what runs now, and the latest. Pure.
import type { Overview } from '../../protocol/overview.ts';
import type { RunRecord } from '../../protocol/run.ts';

/** As many as the daemon tells at first. */
const RECENT_MAX = 10;

function newestFirst(left: RunRecord, right: RunRecord): number {
  return left.id < right.id ? 1 : -1; // ULIDs: in the order of time
}

function merged(known: readonly RunRecord[], changed: readonly RunRecord[]): RunRecord[] {
  const byId = new Map(known.map((run) => [run.id, run]));
  for (const run of changed) byId.set(run.id, run);
  return [...byId.values()].sort(newestFirst);
}

/** Puts the changed runs where they belong now; sums and wallet stay as they were told. */
export function withChanged(overview: Overview, changed: readonly RunRecord[]): Overview {
  return {
    ...overview,
    running: merged(overview.running, changed).filter(({ status }) => status === 'running'),
    recent: merged(overview.recent, changed).slice(0, RECENT_MAX),
  };
}
