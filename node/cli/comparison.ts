// Runs side by side as text: a table with the best of each metric marked, what differs in how they were asked, and what the paired tests
// say. Runs are numbered, ways of asking have letters.
import type { ComparedRun, Comparison, Metric, PairedTest } from '../../protocol/comparison.ts';
import { PAIRS_MIN } from '../../protocol/significance.ts';
import { preview } from '../../protocol/text.ts';
import { plural, printCompact, printSpan } from '../../protocol/words.ts';
import { renderTable } from './commands/history.ts';
import { printable, printableLine } from './printable.ts';

/** More rows tell a person nothing; --json has them all. */
const ROWS_MAX = 60;
const QUERY_CHARS = 40;
const VALUE_CHARS = 60;
const LETTERS = 26;

export function sideName(side: number): string {
  const letter = String.fromCharCode(65 + (side % LETTERS));
  return side < LETTERS ? letter : `${letter}${Math.floor(side / LETTERS)}`;
}

const TITLES: Readonly<Record<string, string>> = { latency_ms: 'latency', cost_sats: 'sats' };

function titleOf({ name, better }: Metric): string {
  return `${printableLine(TITLES[name] ?? name)}${better === 'lower' ? '↓' : '↑'}`;
}

function printFigure(metric: string, value: number): string {
  if (metric === 'latency_ms') return printSpan(value);
  if (metric === 'cost_sats' || metric === 'tokens') return printCompact(value);
  return String(Number(value.toPrecision(4)));
}

const cellOf = (metric: Metric, value: number | null) => (value === null ? '-' : printFigure(metric.name, value));

/** Columns in which somebody has a figure. */
function columnsOf(comparison: Comparison): number[] {
  const used = (column: number) => comparison.runs.some(({ values }) => values[column] !== null);
  return comparison.metrics.map((_metric, column) => column).filter(used);
}

function runRow(comparison: Comparison, columns: readonly number[], run: ComparedRun, at: number): string[] {
  const figures = columns.map((column) => {
    const cell = cellOf(comparison.metrics[column]!, run.values[column]!);
    return run.best[column] ? `▲ ${cell}` : cell;
  });
  const who = [`${at + 1}`, run.run_id, sideName(run.side), run.status];
  return [...who, ...figures, preview(printableLine(run.query), QUERY_CHARS)];
}

function renderRuns(comparison: Comparison, columns: readonly number[]): string {
  const titles = columns.map((column) => titleOf(comparison.metrics[column]!));
  const head = ['', 'run', '', 'status', ...titles, 'question'];
  const rows = comparison.runs.slice(0, ROWS_MAX).map((run, at) => runRow(comparison, columns, run, at));
  const left = comparison.runs.length - rows.length;
  return `${renderTable([head, ...rows])}${left > 0 ? `… ${plural(left, 'more run')}: --json has them\n` : ''}`;
}

function renderSides({ sides, metrics }: Comparison, columns: readonly number[]): string {
  const head = ['', 'runs', ...columns.map((column) => titleOf(metrics[column]!)), 'asked with'];
  const rows = sides
    .slice(0, ROWS_MAX)
    .map(({ label, runs, means }, side) => [
      sideName(side),
      String(runs),
      ...columns.map((column) => cellOf(metrics[column]!, means[column]!)),
      printableLine(label),
    ]);
  return `\nmeans\n${renderTable([head, ...rows])}`;
}

/** Each value with the runs that have it. */
function renderDifferences({ differences }: Comparison): string {
  if (differences.length === 0) return '';
  const rows = differences.map(({ field, values }) => {
    const runs = new Map<string, number[]>();
    for (const [at, value] of values.entries()) runs.set(value, [...(runs.get(value) ?? []), at + 1]);
    const told = [...runs].slice(0, ROWS_MAX).map(([value, numbers]) => {
      const who = numbers.length > 4 ? plural(numbers.length, 'run') : numbers.join(', ');
      return `${preview(printableLine(value), VALUE_CHARS)} (${who})`;
    });
    return [field, told.join('   ')];
  });
  return `\ndifferences\n${renderTable(rows)}`;
}

function printP(p: number): string {
  return p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`;
}

const namesOf = ({ a, b, by }: PairedTest) =>
  [a, b].map((at) => (by === 'items' ? `run ${at + 1}` : sideName(at))) as [string, string];

function testRow(one: PairedTest): string[] {
  const [a, b] = namesOf(one);
  const figure = (value: number) => printFigure(one.metric, value);
  const means = `${a} ${figure(one.mean_a)}, ${b} ${figure(one.mean_b)}`;
  if (one.wins_a + one.wins_b === 0) return [printableLine(one.metric), means, `the same in all ${one.n} pairs`];
  const verdict = one.winner === null ? 'no sure difference' : `${one.winner === 'a' ? a : b} is better`;
  const test = one.test === 'mcnemar' ? 'exact McNemar' : 'paired sign-flip';
  const wins = `${one.n} pairs, ${one.wins_a}:${one.wins_b}`;
  return [printableLine(one.metric), means, verdict, `${printP(one.p_adjusted)} (${test}, ${wins})`];
}

/** One line for all metrics of two sides that share too few pairs. */
function tooFew(tests: readonly PairedTest[]): string[] {
  const lines = tests.map((one) => {
    const [a, b] = namesOf(one);
    return `${a} and ${b}: too few pairs (${one.n}), at least ${PAIRS_MIN} say something`;
  });
  return [...new Set(lines)];
}

function renderTests({ tests, sides, runs }: Comparison): string {
  if (runs.length < 2) return '';
  if (tests.length === 0) {
    const why = sides.length < 2 ? 'all were asked in the same way' : 'they share no question or item of one data set';
    return `\npairs\nnone: ${why}\n`;
  }
  const telling = tests.filter(({ too_few }) => !too_few);
  const few = tooFew(tests.filter(({ too_few }) => too_few));
  const left = Math.max(0, telling.length - ROWS_MAX) + Math.max(0, few.length - ROWS_MAX);
  const more = left > 0 ? [`… ${left} more: --json has them`] : [];
  const rest = [...few.slice(0, ROWS_MAX), ...more].map((line) => `${line}\n`);
  return `\npairs\n${renderTable(telling.slice(0, ROWS_MAX).map(testRow))}${rest.join('')}`;
}

export function renderComparison(comparison: Comparison): string {
  const columns = columnsOf(comparison);
  const sides = comparison.sides.length > 1 || comparison.runs.length > 1 ? renderSides(comparison, columns) : '';
  return printable(
    `${renderRuns(comparison, columns)}${sides}${renderDifferences(comparison)}${renderTests(comparison)}`,
  );
}
