// The map over a long input, measured as its user waits for it: the CLI command against a warm daemon, whose model takes a fixed time and
// costs the machine nothing. What is possible at all is the model's time alone: its waves of chunks, and this
// node's own calls one behind the other.
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PylonError } from '../protocol/errors.ts';
import { runRecordSchema } from '../protocol/run.ts';
import { buildLog } from './build-log.ts';
import { Daemons } from './daemons.ts';
import { measureProcess } from './measured-process.ts';
import { median, type Row, toRow } from './row.ts';

const MEGABYTE = 1_000_000;
/** A chunk ends with its last whole line: so much more lets as many hold the log as are wanted, half a line being lost at each. */
const LINE_BYTES = 80;
const PYLON = fileURLToPath(new URL('../../bin/pylon.js', import.meta.url));

interface Case {
  readonly id: string;
  readonly megabytes: number;
  readonly chunks: number;
  readonly fanOut: number;
  readonly modelMs: number;
  readonly rounds: number;
  readonly secondsMax?: number;
  /** Of the command and of the daemon, each for itself. */
  readonly memoryMegabytesMax?: number;
}

const CASES: readonly Case[] = [
  { id: 'mapped-1mb', megabytes: 1, chunks: 20, fanOut: 20, modelMs: 50, rounds: 9, secondsMax: 0.45 },
  {
    id: 'mapped-10mb',
    megabytes: 10,
    chunks: 20,
    fanOut: 20,
    modelMs: 50,
    rounds: 9,
    secondsMax: 0.8,
    memoryMegabytesMax: 120,
  },
  // 1.15 times ten waves of 200 ms, the start of the command included.
  { id: 'mapped-100x200ms', megabytes: 1, chunks: 100, fanOut: 10, modelMs: 200, rounds: 3, secondsMax: 2.3 },
  { id: 'mapped-100mb', megabytes: 100, chunks: 200, fanOut: 20, modelMs: 50, rounds: 1 },
];
const secondsId = ({ id }: Case) => `${id}-s`;
const commandMemoryId = ({ id }: Case) => `${id}-command-rss-mb`;
const daemonMemoryId = ({ id }: Case) => `${id}-daemon-rss-mb`;
const idsOf = (one: Case) =>
  one.memoryMegabytesMax === undefined ? [secondsId(one)] : [secondsId(one), commandMemoryId(one), daemonMemoryId(one)];

export const ids = CASES.flatMap(idsOf);

interface Ran {
  readonly seconds: number;
  /** Of the run alone, as its record says. */
  readonly mapSeconds: number;
  readonly megabytes: number;
  /** Calls of the model that were made by this node itself. */
  readonly ownCalls: number;
}

/** One command from start to end, in the daemon's home. @throws PylonError `internal` when it fails, or left a byte out */
async function ask(home: string, argv: readonly string[], chunks: number): Promise<Ran> {
  const { seconds, megabytes, stdout } = await measureProcess(PYLON, argv, { home, pylonHome: home });
  const { status, metrics } = runRecordSchema.parse(JSON.parse(stdout));
  if (status !== 'done' || metrics.coverage !== 1 || metrics.sub_queries < chunks)
    throw new PylonError('internal', {
      value: `${status}, coverage ${metrics.coverage}, ${metrics.sub_queries} sub-queries`,
      reason: 'a measured run must be whole',
    });
  return {
    seconds,
    mapSeconds: metrics.elapsed_ms / 1_000,
    megabytes,
    ownCalls: metrics.lm_calls,
  };
}

async function measureCase(one: Case): Promise<Row[]> {
  const daemons = new Daemons();
  try {
    const model = await daemons.model({ seed: 1, medianMs: one.modelMs, spread: 0, paceSpread: 0, finds: true });
    const { home, pid } = await daemons.daemon({ OPENAI_BASE_URL: model.url });
    const file = buildLog(one.megabytes * MEGABYTE);
    const chunkBytes = Math.ceil(statSync(file).size / one.chunks) + LINE_BYTES;
    const asked = ['rlm', 'Why does this build fail?', '--file', file, '--strategy', 'map_reduce', '--json'];
    const argv = [
      ...asked,
      '--backend',
      'openai',
      '--model',
      'model-0',
      '--fanout',
      String(one.fanOut),
      '--chunk-size',
      String(chunkBytes),
    ];
    const ran: Ran[] = [];
    // The first rounds warm the daemon.
    for (let round = -2; round < one.rounds; round++) {
      const each = await ask(home, argv, one.chunks);
      if (round >= 0) ran.push(each);
    }
    const seconds = median(ran.map((each) => each.seconds));
    console.error(
      `${one.id}: ${seconds.toFixed(2)} s, of them the run ${median(ran.map((each) => each.mapSeconds)).toFixed(2)} s`,
    );
    const limit = ((ran[0]!.ownCalls + one.chunks / one.fanOut) * one.modelMs) / 1_000;
    const goal = one.secondsMax === undefined ? {} : { goal: one.secondsMax };
    const rows = [toRow({ id: secondsId(one), value: seconds, unit: 's', direction: 'at-most', limit, ...goal })];
    if (one.memoryMegabytesMax === undefined) return rows;
    const memory = { unit: 'MB', direction: 'at-most', goal: one.memoryMegabytesMax } as const;
    return [
      ...rows,
      toRow({ id: commandMemoryId(one), value: Math.max(...ran.map((each) => each.megabytes)), ...memory }),
      toRow({ id: daemonMemoryId(one), value: peakOf(pid), ...memory }),
    ];
  } finally {
    await daemons.close();
  }
}

/** Highest resident memory of a process that is still there, in MB; where the system does not tell, not a number. */
function peakOf(pid: number): number {
  if (process.platform !== 'linux') return Number.NaN;
  return (Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1_024) / MEGABYTE;
}

/** Runs the cases of which something is asked for. */
export async function measure(only: readonly string[] = ids): Promise<Row[]> {
  const rows: Row[] = [];
  for (const one of CASES) if (idsOf(one).some((id) => only.includes(id))) rows.push(...(await measureCase(one)));
  return rows.filter((row) => only.includes(row.id));
}
