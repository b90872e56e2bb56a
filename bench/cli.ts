// How long `pylon --help` takes beside the start of bare node, measured in turns so that both see the same machine.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PylonError } from '../protocol/errors.ts';
import { median, type Row, toRow } from './row.ts';

export const ids = ['help-vs-bare-node'] as const;

const PYLON = fileURLToPath(new URL('../../bin/pylon.js', import.meta.url));
const ROUNDS = 41;
/** The first starts read the files from disk. */
const WARM_UP_ROUNDS = 3;
const RATIO_MAX = 2;

/** Wall time of one process, in milliseconds. */
function timeOf(args: readonly string[]): number {
  const startMs = performance.now();
  const { status, error } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0)
    throw new PylonError('internal', { value: args.join(' '), reason: `it ended with ${status}`, cause: error });
  return performance.now() - startMs;
}

export async function measure(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'pylon-bench-'));
  const empty = join(folder, 'empty.mjs');
  writeFileSync(empty, '');
  const helpMs: number[] = [];
  const bareMs: number[] = [];
  try {
    for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
      const bare = timeOf([empty]);
      const help = timeOf([PYLON, '--help']);
      if (round < 0) continue;
      bareMs.push(bare);
      helpMs.push(help);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const limit = median(bareMs);
  const goal = RATIO_MAX * limit;
  return [toRow({ id: ids[0], value: median(helpMs), unit: 'ms', goal, direction: 'at-most', limit })];
}
