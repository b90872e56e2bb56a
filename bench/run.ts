// `npm run bench [-- --only ID]`: runs what is measured, prints a table and writes bench/results.json.
// Modules are loaded one by one, so that one figure does not carry the memory of another.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PylonError } from '../protocol/errors.ts';
import type { BenchModule, Row } from './row.ts';

const MODULES: readonly (() => Promise<BenchModule>)[] = [
  () => import('./relay.ts'),
  () => import('./jobs.ts'),
  () => import('./embedded.ts'),
  () => import('./mapped.ts'),
  () => import('./cli.ts'),
  () => import('./store.ts'),
  () => import('./ledger.ts'),
  () => import('./hub.ts'),
  () => import('./swarm.ts'),
  () => import('./leaderboard.ts'),
  () => import('./history.ts'),
  () => import('./watchers.ts'),
];
const RESULTS = fileURLToPath(new URL('../../bench/results.json', import.meta.url));

/** The ids of a module that were asked for; a part of an id is enough. */
function wanted(module: BenchModule, only: readonly string[]): string[] {
  return module.ids.filter((id) => only.length === 0 || only.some((part) => id.includes(part)));
}

function cells(row: Row): string[] {
  const number = (value: number | null) => (value === null ? '-' : String(value));
  const holds = row.holds === null ? '-' : row.holds ? 'yes' : 'NO';
  return [row.id, number(row.value), row.unit, number(row.goal), number(row.limit), number(row.ratio), holds];
}

function printTable(rows: readonly Row[]): void {
  const lines = [['id', 'value', 'unit', 'goal', 'limit', 'ratio', 'holds'], ...rows.map(cells)];
  const widths = lines[0]!.map((_name, column) => Math.max(...lines.map((line) => line[column]!.length)));
  for (const line of lines)
    console.log(
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    );
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: 'string', multiple: true, default: [] } } });
  const rows: Row[] = [];
  for (const load of MODULES) {
    const module = await load();
    const ids = wanted(module, values.only);
    if (ids.length === 0) continue;
    console.error(`measuring ${ids.join(', ')}`);
    rows.push(...(await module.measure(ids)));
  }
  if (rows.length === 0)
    throw new PylonError('option-invalid', {
      value: values.only.join(' '),
      reason: 'nothing measured has this in its id',
      next: 'run without --only to see them all',
    });
  printTable(rows);
  writeFileSync(RESULTS, `${JSON.stringify(rows, null, 2)}\n`);
  console.error(`written to ${RESULTS}`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
