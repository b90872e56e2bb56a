// The lists of a fake engine: pages of its runs, its experiments, and notes on them in memory.
import { RunIndex } from '../../ledger/history/run-index.ts';
import type { Engine, ExperimentLibrary } from '../../node/engine/port.ts';
import { compareRuns } from '../../protocol/compare.ts';
import { PylonError } from '../../protocol/errors.ts';
import type { ExperimentReport } from '../../protocol/experiment-report.ts';
import type { RunRecord } from '../../protocol/run.ts';
import { type RunPage, type RunsQuery, selectionOf } from '../../protocol/run-list.ts';

export function pageOf(records: readonly RunRecord[], query: RunsQuery, nowMs: number): RunPage {
  const index = new RunIndex();
  for (const record of records) index.set(record);
  const { ids, nextCursor, total } = index.page(selectionOf(query, nowMs));
  const runs = ids.map((id) => records.find((record) => record.id === id)!);
  return { runs, next_cursor: nextCursor, total };
}

export function fakeExperiments(engine: Pick<Engine, 'runs'>): ExperimentLibrary {
  const notes = new Map<string, string>();
  const report = (name: string, runs: readonly RunRecord[]): ExperimentReport => ({
    name,
    runs: runs.length,
    statuses: { running: 0, done: runs.length, partial: 0, failed: 0 },
    methods: [...new Set(runs.map(({ config }) => config.method))],
    cost_sats: runs.reduce((sum, run) => sum + run.cost_sats, 0),
    note: notes.get(name) ?? null,
    created_at: runs.at(-1)?.created_at ?? '2026-11-21T12:00:00.000Z',
    updated_at: runs[0]?.created_at ?? '2026-11-21T12:00:00.000Z',
  });
  const view = async (name: string) => {
    const runs = await engine.runs.list({ limit: 1_000, experiment: name });
    if (runs.length === 0) throw new PylonError('experiment-unknown', { value: name });
    return { experiment: report(name, runs), runs: [...runs], comparison: compareRuns(runs) };
  };
  return {
    async list() {
      const runs = await engine.runs.list({ limit: 1_000 });
      const names = [...new Set(runs.flatMap(({ experiment }) => experiment ?? []))];
      const all = names.map((name) =>
        report(
          name,
          runs.filter(({ experiment }) => experiment === name),
        ),
      );
      return { experiments: all, total: all.length };
    },
    view,
    async note(name, note) {
      await view(name);
      if (note === null || note === '') notes.delete(name);
      else notes.set(name, note);
      return (await view(name)).experiment;
    },
  };
}
