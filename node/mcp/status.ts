// `rlm_status`: one run, or what runs now and the latest runs, from the history of the home.
import { PylonError } from '../../protocol/errors.ts';
import type { RunRecord } from '../../protocol/run.ts';
import { answerView } from '../engine/answer-view.ts';
import type { Engine } from '../engine/port.ts';
import type { RunSummary } from './tools.ts';

async function summaryOf(record: RunRecord): Promise<RunSummary> {
  const { citations: _citations, ...view } = await answerView(record, () => undefined);
  const { chunks, chunks_answered } = record.metrics;
  return { ...view, run_id: record.id, query: record.query, created_at: record.created_at, chunks, chunks_answered };
}

export interface Standing {
  readonly running: number;
  readonly runs: readonly RunSummary[];
  readonly error: null;
}

/** @throws PylonError `run-unknown` | `run-ambiguous` */
export async function statusOf(engine: Engine, run: string | undefined, limit: number): Promise<Standing> {
  const running = await engine.runs.list({ limit, status: 'running' });
  if (run === undefined) {
    const latest = await engine.runs.list({ limit });
    const shown = new Map([...running, ...latest].map((record) => [record.id, record]));
    return { running: running.length, runs: await Promise.all([...shown.values()].map(summaryOf)), error: null };
  }
  const id = await engine.runs.resolve(run);
  const record = await engine.runs.get(id);
  if (record === undefined) throw new PylonError('run-unknown', { value: run });
  return { running: running.length, runs: [await summaryOf(record)], error: null };
}

/** One line for each run. */
export function statusText({ runs }: Pick<Standing, 'runs'>): string {
  if (runs.length === 0) return 'No run yet.';
  const line = ({ run_id, status, query, coverage, chunks, chunks_answered, cost_sats }: RunSummary) =>
    `${run_id} ${status} ${chunks_answered}/${chunks} chunks, ${Math.round(coverage * 100)} % read, ${cost_sats} sats: ${query}`;
  return runs.map(line).join('\n');
}
