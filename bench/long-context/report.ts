// What a benchmark says: a table for people, a CSV and a picture in the output folder, JSON for programs.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderTable } from '../../node/cli/commands/history.ts';
import { csvRow } from '../../protocol/csv.ts';
import { printBytes, printCompact, printShare, printSpan } from '../../protocol/words.ts';
import { ORACLE_MODEL } from './oracle-server.ts';
import { paretoSvg, paretoText, pointsOf } from './pareto.ts';
import type { Result } from './result.ts';
import type { Conditions } from './settings.ts';
import { overall, type SummaryRow, summarise, tokensOf } from './summarise.ts';

/** Said wherever figures of the oracle are told. */
export const OFFLINE_NOTE =
  'The leaf is the oracle: it reads perfectly but for the error rate. These figures measure the scaffold round a model, not a model.';

const HEAD =
  'suite,size,method,tasks,score,evidence,leaf calls,leaf/input,root prompt,tokens,sats,time,memory,true count';

function cells(row: SummaryRow): string[] {
  const share = (value: number | null) => (value === null ? '-' : printShare(value));
  return [
    row.suite,
    row.bytes === null ? 'all' : printBytes(row.bytes),
    row.method,
    row.failed === 0 ? String(row.tasks) : `${row.tasks} (${row.failed} failed)`,
    row.score.toFixed(3),
    share(row.evidence),
    row.leaf_calls === null ? '-' : printCompact(row.leaf_calls),
    row.leaf_ratio === null ? '-' : row.leaf_ratio.toFixed(3),
    row.root_prompt_bytes_max === null ? '-' : printBytes(row.root_prompt_bytes_max),
    printCompact(row.tokens),
    printCompact(row.sats),
    printSpan(row.wall_ms),
    `${Math.round(row.peak_mb)} MB`,
    share(row.truthful),
  ];
}

export function renderReport(results: readonly Result[], conditions: Conditions): string {
  const rows = summarise(results);
  const whole = overall(results);
  const note = conditions.model === ORACLE_MODEL ? `\n${OFFLINE_NOTE}\n` : '';
  const table = renderTable([HEAD.split(','), ...[...rows, ...whole].map(cells)]);
  const points = pointsOf(whole.filter(({ tasks }) => tasks > 0));
  return `${table}${points.length < 2 ? '' : `\nquality against cost\n${paretoText(points)}`}${note}`;
}

const COLUMNS =
  'suite,task,bytes,method,score,evidence,coverage,calls,input_tokens,output_tokens,sats,wall_ms,peak_mb,leaf_calls,leaf_ratio,root_prompt_bytes_max,is_truthful,error,run_id';

function csvOf(results: readonly Result[]): string {
  const rows = results.map(({ suite, task, bytes, method, metrics, error, record }) => {
    const { served } = metrics;
    const first = [suite, task, bytes, method, metrics.score, metrics.evidence, metrics.coverage, metrics.calls];
    const second = [metrics.input_tokens, metrics.output_tokens, metrics.sats, metrics.wall_ms, metrics.peak_mb];
    const third = [served?.leaf_calls, served?.leaf_ratio, served?.root_prompt_bytes_max, metrics.is_truthful];
    return csvRow([...first, ...second, ...third, error?.code, record?.id]);
  });
  return `${csvRow(COLUMNS.split(','))}${rows.join('')}`;
}

/** results.csv, pareto.csv and pareto.svg of the folder. */
export function writeReport(folder: string, results: readonly Result[], experiment: string): void {
  const points = pointsOf(overall(results).filter(({ tasks }) => tasks > 0));
  writeFileSync(join(folder, 'results.csv'), csvOf(results));
  const pareto = points.map(({ method, cost, quality, isBest }) => csvRow([method, cost, quality, isBest]));
  writeFileSync(join(folder, 'pareto.csv'), `${csvRow(['method', 'tokens', 'score', 'is_best'])}${pareto.join('')}`);
  if (points.length > 0)
    writeFileSync(join(folder, 'pareto.svg'), paretoSvg(points, `${experiment}: score against tokens`));
}

/** One line while it goes on. */
export function progressOf({ suite, task, method, metrics, error }: Result): string {
  const failed = error === null ? '' : ` (${error.code})`;
  return `${suite} ${task} ${method}: ${metrics.score.toFixed(3)}, ${printCompact(tokensOf(metrics))} tokens, ${printSpan(metrics.wall_ms)}${failed}`;
}
