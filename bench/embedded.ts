// The first minute, measured: the real CLI, cold, with an empty home, on 1, 10 and 100 MB, start-up included. Time
// stands beside what the signatures and seals of that many jobs cost at least, memory beside a bare node process.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PylonError } from '../protocol/errors.ts';
import { verifyEvent } from '../protocol/event.ts';
import { KeyPair } from '../protocol/keypair.ts';
import { runRecordSchema } from '../protocol/run.ts';
import { buildLog } from './build-log.ts';
import { type Measured, measureProcess } from './measured-process.ts';
import { median, type Row, toRow } from './row.ts';

const MEGABYTE = 1_000_000;

interface Case {
  readonly megabytes: number;
  /** Rounds; the median time and the highest memory count. */
  readonly rounds: number;
  readonly secondsMax?: number;
  readonly memoryMegabytesMax?: number;
}

const CASES: readonly Case[] = [
  { megabytes: 1, rounds: 5 },
  { megabytes: 10, rounds: 5, secondsMax: 1.5, memoryMegabytesMax: 160 },
  { megabytes: 100, rounds: 1, memoryMegabytesMax: 220 },
];
const secondsId = ({ megabytes }: Case) => `embedded-${megabytes}mb-s`;
const memoryId = ({ megabytes }: Case) => `embedded-${megabytes}mb-rss-mb`;

export const ids = CASES.flatMap((one) =>
  one.memoryMegabytesMax === undefined ? [secondsId(one)] : [secondsId(one), memoryId(one)],
);

const PYLON = fileURLToPath(new URL('../../bin/pylon.js', import.meta.url));

/** One process, in a home of its own. @throws PylonError `internal` when it fails */
async function run(command: string, args: readonly string[]): Promise<Measured> {
  const home = mkdtempSync(join(tmpdir(), 'pylon-bench-'));
  try {
    return await measureProcess(command, args, { home, pylonHome: join(home, 'pylon') });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Sub-queries of a run and the bytes of each chunk, after checking that every byte was answered for. */
function jobsOf(stdout: string): { jobs: number; chunkBytes: number } {
  const record = runRecordSchema.parse(JSON.parse(stdout));
  if (record.status !== 'done' || record.metrics.coverage !== 1)
    throw new PylonError('internal', {
      value: `${record.status}, coverage ${record.metrics.coverage}`,
      reason: 'a measured run must be whole',
    });
  return { jobs: record.metrics.sub_queries, chunkBytes: record.config.chunk_size };
}

const FLOOR_ROUNDS = 300;

/** Seconds that the cryptography of one job takes at least: two signatures, four verifications, each body sealed and opened. */
function cryptoSecondsPerJob(chunkBytes: number): number {
  const [asker, provider] = [KeyPair.generate(randomBytes), KeyPair.generate(randomBytes)];
  const chunk = 'x'.repeat(chunkBytes);
  const answer = 'y'.repeat(2_000);
  const round = () => {
    for (const [from, to, text] of [
      [asker, provider, chunk],
      [provider, asker, answer],
    ] as const) {
      const event = from.sign({ kind: 5940, created_at: 1, tags: [], content: from.sealFor(to.publicKey, text) });
      verifyEvent(event);
      verifyEvent(event);
      to.openFrom(from.publicKey, event.content);
    }
  };
  for (let warm = 0; warm < FLOOR_ROUNDS / 3; warm++) round();
  const started = performance.now();
  for (let count = 0; count < FLOOR_ROUNDS; count++) round();
  return (performance.now() - started) / 1_000 / FLOOR_ROUNDS;
}

async function measureCase(one: Case, bareMegabytes: number): Promise<Row[]> {
  const file = buildLog(one.megabytes * MEGABYTE);
  const runs: Measured[] = [];
  for (let round = 0; round < one.rounds; round++)
    runs.push(await run(PYLON, ['rlm', 'Why does this build fail?', '--file', file, '--fanout', '10', '--json']));
  const { jobs, chunkBytes } = jobsOf(runs[0]!.stdout);
  const cpuSeconds = median(runs.map((process) => process.cpuSeconds));
  console.error(
    `${one.megabytes} MB: ${jobs} jobs, ${cpuSeconds.toFixed(2)} s of processor time (a busy machine stretches only the clock)`,
  );
  const seconds = toRow({
    id: secondsId(one),
    value: median(runs.map((process) => process.seconds)),
    unit: 's',
    direction: 'at-most',
    limit: jobs * cryptoSecondsPerJob(chunkBytes),
    ...(one.secondsMax === undefined ? {} : { goal: one.secondsMax }),
  });
  if (one.memoryMegabytesMax === undefined) return [seconds];
  const memory = toRow({
    id: memoryId(one),
    value: Math.max(...runs.map((process) => process.megabytes)),
    unit: 'MB',
    direction: 'at-most',
    goal: one.memoryMegabytesMax,
    limit: bareMegabytes,
  });
  return [seconds, memory];
}

/** Runs the cases whose time or memory is asked for. */
export async function measure(only: readonly string[] = ids): Promise<Row[]> {
  const bare = await run(process.execPath, ['-e', '0']);
  const rows: Row[] = [];
  for (const one of CASES) {
    if (only.includes(secondsId(one)) || only.includes(memoryId(one)))
      rows.push(...(await measureCase(one, bare.megabytes)));
  }
  return rows.filter((row) => only.includes(row.id));
}
