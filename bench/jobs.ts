// Sealed job round trips (5940 → 6940) with relay, provider and conductor as three processes, everybody verifying:
// how many a second, and what CPU they cost all together, beside a bare sketch of the same work.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Row, toRow } from './row.ts';

export const ids = [
  'sealed-jobs-per-s',
  'sealed-jobs-cpu-s-per-1k',
  'sealed-jobs-per-s-16k',
  'sealed-jobs-cpu-s-per-1k-16k',
];

const IN_FLIGHT = 32;
/** Until the compiler is done with our code too; a provider runs for days. */
const WARM_UP_JOBS = 6_000;
const JOBS = 5_000;

const SIZES = [
  { bytes: 4_096, suffix: '', perSecond: 1_200, cpuSeconds: 1.7 },
  { bytes: 16_000, suffix: '-16k', perSecond: 1_000, cpuSeconds: 2 },
] as const;

interface Figures {
  readonly perSecond: number;
  /** CPU seconds of all three processes per 1,000 jobs. */
  readonly cpuSeconds: number;
  readonly parts: Record<string, number>;
}

const ROLES_PATH = fileURLToPath(new URL('./jobs-roles.js', import.meta.url));

async function start(role: string, ...values: string[]): Promise<{ child: ChildProcess; url: string }> {
  const child = fork(ROLES_PATH, [role, ...values], { execArgv: process.env.PYLON_BENCH_EXEC_ARGV?.split(' ') ?? [] });
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  return { child, url };
}

async function askChild<Answer>(child: ChildProcess, message: object): Promise<Answer> {
  const answered = once(child, 'message');
  child.send(message);
  return (await answered)[0] as Answer;
}

/** One run of the three processes. @param prefix `sketch-` for the bare sketch */
export async function runJobs(prefix: '' | 'sketch-', bytes: number, jobs = JOBS): Promise<Figures> {
  const relay = await start(`${prefix}relay`);
  const provider = await start(`${prefix}provider`, relay.url);
  const conductor = await start(`${prefix}conductor`, relay.url, String(bytes));
  const children = { relay: relay.child, provider: provider.child, conductor: conductor.child };
  const cpu = async () => {
    const seconds: Record<string, number> = {};
    for (const [name, child] of Object.entries(children))
      seconds[name] = (await askChild<{ cpuSeconds: number }>(child, { cpu: true })).cpuSeconds;
    return seconds;
  };
  await askChild(conductor.child, { run: [WARM_UP_JOBS, IN_FLIGHT] });
  const before = await cpu();
  const startedAt = performance.now();
  await askChild(conductor.child, { run: [jobs, IN_FLIGHT] });
  const elapsedSeconds = (performance.now() - startedAt) / 1_000;
  const after = await cpu();
  const exits = Object.values(children).map((child) => once(child, 'exit'));
  for (const child of [conductor.child, provider.child, relay.child]) child.send({ close: true });
  await Promise.all(exits);
  const parts: Record<string, number> = {};
  for (const name of Object.keys(children)) parts[name] = ((after[name]! - before[name]!) * 1_000) / jobs;
  const cpuSeconds = Object.values(parts).reduce((sum, part) => sum + part, 0);
  return { perSecond: jobs / elapsedSeconds, cpuSeconds, parts };
}

/** Runs the sizes whose ids are asked for, or all. */
export async function measure(only: readonly string[] = ids): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { bytes, suffix, perSecond, cpuSeconds } of SIZES) {
    const [rateId, cpuId] = [`sealed-jobs-per-s${suffix}`, `sealed-jobs-cpu-s-per-1k${suffix}`];
    if (!only.includes(rateId) && !only.includes(cpuId)) continue;
    const limit = await runJobs('sketch-', bytes);
    const ours = await runJobs('', bytes);
    const measured = [
      toRow({
        id: rateId,
        value: ours.perSecond,
        unit: 'jobs/s',
        goal: perSecond,
        direction: 'at-least',
        limit: limit.perSecond,
      }),
      toRow({
        id: cpuId,
        value: ours.cpuSeconds,
        unit: 'CPU-s/1,000 jobs',
        goal: cpuSeconds,
        direction: 'at-most',
        limit: limit.cpuSeconds,
      }),
    ];
    rows.push(...measured.filter(({ id }) => only.includes(id)));
  }
  return rows;
}
