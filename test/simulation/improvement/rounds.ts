// Kills a process that improves a signature at a write, looks at what it left, lets the next one go on (which may be killed as well), and
// looks at the end.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Random } from '../../../conductor/ports.ts';
import { realClock } from '../../../node/clock.ts';
import { homePaths } from '../../../node/home.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { Child } from '../child.ts';
import { type Failpoint, MOMENTS } from '../failpoints.ts';
import { inLanes } from '../rounds.ts';
import { type Audit, auditImprovement } from './audit.ts';
import type { ImproverDone, ImproverMessage } from './improver.ts';

const IMPROVER = fileURLToPath(new URL('./improver.js', import.meta.url));
const LANES = 2;
/** A life with nobody else on the machine takes two seconds. */
const HANG_MS = 120_000;
/** Lives after the first that are killed, too. */
const KILLED_AGAIN_MAX = 2;

export interface ImprovementRound {
  readonly at: Failpoint;
  /** What was at this write when nobody was killed. */
  readonly point: string;
}

export interface ImprovementFigures {
  rounds: number;
  kills: number;
  failedWrites: number;
  ids: number;
  slowestRollbackMs: number;
  readonly faults: string[];
}

const isDone = (message: ImproverMessage): message is { done: ImproverDone } => 'done' in message;

interface Lived {
  readonly wasKilled: boolean;
  readonly done?: ImproverDone;
  readonly failed?: string;
}

/** One process from its start to its end. */
async function live(home: string, at?: Failpoint): Promise<Lived> {
  const config = { home, ...(at === undefined ? {} : { at }) };
  const child = new Child<ImproverMessage>(IMPROVER, [JSON.stringify(config)]);
  const hang = realClock().after(HANG_MS, () => child.kill());
  await child.ended;
  hang();
  const done = child.messages.find(isDone)?.done;
  const failed = child.messages.find((message) => 'failed' in message)?.failed;
  if (done === undefined && failed === undefined && !child.wasKilled) return { wasKilled: false, failed: child.stderr };
  return {
    wasKilled: child.wasKilled,
    ...(done === undefined ? {} : { done }),
    ...(failed === undefined ? {} : { failed }),
  };
}

/**
 * One process that ends at a write, in an empty home. Writes are grouped as they come, and one run has a few more of them than another: what
 * lies behind the end is tried nearer to the beginning.
 */
async function liveUntil(home: string, at: Failpoint): Promise<Lived> {
  for (let { point } = at; ; point = Math.ceil(point / 2)) {
    await rm(home, { recursive: true, force: true });
    await mkdir(home, { recursive: true });
    const lived = await live(home, { ...at, point });
    if (lived.wasKilled || lived.failed !== undefined || point === 1) return lived;
  }
}

/** Every write of a process that nobody kills, in order. */
export async function countWrites(folder: string): Promise<readonly string[]> {
  const home = join(folder, 'counting');
  await mkdir(home, { recursive: true });
  const { done, failed } = await live(home);
  if (done === undefined) throw new Error(`nothing was improved: ${failed}`);
  return done.passed;
}

/**
 * So many writes with a moment each, of the rarer kinds as many as of the others: what moves a pointer is one write of a hundred.
 * @param writes as `countWrites` told them
 */
export function drawRounds(writes: readonly string[], count: number, random: Random): ImprovementRound[] {
  const all = MOMENTS.flatMap((moment) => writes.map((point, at) => ({ at: { point: at + 1, moment }, point })));
  const byKind = new Map<string, ImprovementRound[]>();
  for (const { round } of all
    .map((round) => ({ round, drawn: random.fraction() }))
    .sort((one, other) => one.drawn - other.drawn))
    byKind.set(round.point, [...(byKind.get(round.point) ?? []), round]);
  const drawn: ImprovementRound[] = [];
  for (let turn = 0; drawn.length < Math.min(count, all.length); turn++)
    for (const kind of byKind.values()) drawn.push(...kind.slice(turn, turn + 1));
  return drawn.slice(0, count);
}

async function playRound(
  folder: string,
  { at, point }: ImprovementRound,
  seed: number,
  figures: ImprovementFigures,
): Promise<void> {
  const random = seededRandom(seed * 7_919 + at.point * 31 + at.moment.length);
  const home = join(folder, `${at.moment}-${at.point}`.replace(' ', '-'));
  const name = `${at.moment} write ${at.point} (${point})`;
  const fault = (what: string) => figures.faults.push(`${name}: ${what}`);
  const look = async (when: string): Promise<Audit> => {
    const audit = await auditImprovement(homePaths.store(home));
    for (const one of audit.faults) fault(`${when}: ${one}`);
    return audit;
  };
  const first = await liveUntil(home, at);
  if (first.wasKilled) figures.kills++;
  else if (first.failed !== undefined) figures.failedWrites++;
  await look('after the first life');
  for (let again = Math.floor(random.fraction() * (KILLED_AGAIN_MAX + 1)); again > 0; again--) {
    const moment = random.fraction() < 0.5 ? ('before' as const) : ('after' as const);
    const { wasKilled } = await live(home, { point: 1 + Math.floor(random.fraction() * 60), moment });
    if (wasKilled) figures.kills++;
    await look('after another kill');
  }
  const last = await live(home);
  if (last.done === undefined) return void fault(`it does not come to its end: ${last.failed}`);
  for (const said of faultsAtEnd(await look('at the end'), last.done)) fault(said);
  const slowest = Math.max(figures.slowestRollbackMs, last.done.rollbackMs ?? 0);
  figures.slowestRollbackMs = slowest;
  figures.ids += last.done.checks.reduce((sum, { ids }) => sum + ids, 0);
  figures.rounds++;
  await rm(home, { recursive: true, force: true });
}

/** Whatever was killed, at the end all of it happened once. */
function faultsAtEnd({ nights, pointers, canaries, looks }: Audit, { checks }: ImproverDone): string[] {
  const faults = checks.flatMap(({ dangling }) => dangling.map(({ kind, id }) => `dangling: ${kind} ${id}`));
  const statuses = nights.map(({ status, steps }) => `${status} (${steps.at(-1)?.note})`).join(', ');
  if (nights.length !== 1 || nights[0]?.status !== 'passed') faults.push(`nights: ${statuses}`);
  const moves = pointers.map(({ action }) => action).join(', ');
  if (moves !== 'promote, rollback') faults.push(`pointers: ${moves}`);
  if (looks.length !== 1) faults.push(`${looks.length} looks at the holdout`);
  const ends = canaries.map(({ status }) => status).join(', ');
  if (ends !== 'passed, stopped') faults.push(`canaries: ${ends}`);
  return faults;
}

/** @param folder an empty one */
export async function playImprovement(
  folder: string,
  rounds: readonly ImprovementRound[],
  seed: number,
): Promise<ImprovementFigures> {
  const figures = { rounds: 0, kills: 0, failedWrites: 0, ids: 0, slowestRollbackMs: 0, faults: [] };
  await inLanes(rounds, LANES, (round) => playRound(folder, round, seed, figures));
  return figures;
}
