// Kills processes that use a ledger, at any point of their lives, the recovery from the last kill included, and looks at
// what is left: all that was acknowledged, books that balance, no hold of a dead run, and ids that can be used again.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '../seeded-random.ts';
import { LedgerRig } from './ledger-rig.ts';
import type { Asked } from './operation.ts';

const WRITER = fileURLToPath(new URL('../ledger-writer.js', import.meta.url));
/** A ledger is used for so many rounds: a longer one is only slower to read. */
const ROUNDS_OF_A_LEDGER = 25;
const ACKNOWLEDGEMENTS_MAX = 60;
/** A process opens the ledger within so many milliseconds, more or less; some are killed before that. */
const OPENS_WITHIN_MS = 400;
/** Names of different processes do not meet. */
const NUMBERS_OF_A_ROUND = 100_000;
const REPEATED_MAX = 40;

export interface KillOutcome {
  rounds: number;
  /** Before they could do anything: while they opened the ledger or recovered. */
  killedWhileOpening: number;
  acknowledged: number;
  /** Asked, not acknowledged, and found to be there all the same. */
  unacknowledgedButThere: number;
  readonly faults: string[];
}

/** What the processes of one ledger have said. */
class Heard {
  readonly acknowledged = new Map<string, number>();
  readonly asked = new Map<string, Asked>();
  readonly faults: string[] = [];
  hasOpened = false;

  line(line: string): void {
    const [word, rest] = [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)];
    if (line === 'opened') this.hasOpened = true;
    else if (word === 'ask') {
      const asked = JSON.parse(rest) as Asked;
      this.asked.set(asked.id, asked);
    } else if (word === 'ack') {
      const [seq = '', ...id] = rest.split(' ');
      this.acknowledged.set(id.join(' '), Number(seq));
      this.asked.delete(id.join(' '));
    } else this.faults.push(line);
  }
}

type Dice = (sides: number) => number;

/** Kills it after so many acknowledgements, or while it opens the ledger. */
async function live(child: ChildProcess, lines: Interface, heard: Heard, dice: Dice): Promise<void> {
  const exited = once(child, 'exit');
  const early = dice(3) === 0;
  let left = dice(ACKNOWLEDGEMENTS_MAX);
  const timer = early ? setTimeout(() => child.kill('SIGKILL'), dice(OPENS_WITHIN_MS)) : undefined;
  for await (const line of lines) {
    heard.line(line);
    if (!early && (line === 'opened' || line.startsWith('ack ')) && left-- === 0) child.kill('SIGKILL');
  }
  clearTimeout(timer);
  await exited;
}

/** Opens what is left, as the next process would. */
async function lookInto(folder: string, heard: Heard, outcome: KillOutcome): Promise<void> {
  const rig = await LedgerRig.open(folder);
  const { faults } = outcome;
  try {
    for (const [id, seq] of heard.acknowledged)
      if (rig.model.done.get(id)?.seq !== seq)
        faults.push(`I7: ${id} was acknowledged as entry ${seq} and is not there`);
    for (const [id, asked] of [...heard.asked].slice(-REPEATED_MAX)) {
      if (rig.model.done.has(id)) outcome.unacknowledgedButThere++;
      const first = rig.retry(asked);
      await first.stored;
      const second = rig.retry(asked);
      await second.stored;
      if (first.operation?.seq !== second.operation?.seq) faults.push(`I6: ${id} was done twice`);
      if (first.operation !== undefined) heard.acknowledged.set(id, first.operation.seq);
    }
    heard.asked.clear();
    rig.check();
    await rig.checkStored();
    faults.push(...rig.faults);
  } finally {
    await rig.close();
  }
}

/** @param home an empty folder. Stops at the first round that has faults */
export async function killRounds(home: string, seed: number, rounds: number): Promise<KillOutcome> {
  const random = seededRandom(seed);
  const dice = (sides: number) => Math.floor(random.fraction() * sides);
  const outcome: KillOutcome = {
    rounds: 0,
    killedWhileOpening: 0,
    acknowledged: 0,
    unacknowledgedButThere: 0,
    faults: [],
  };
  let heard = new Heard();
  while (outcome.rounds < rounds && outcome.faults.length === 0) {
    const round = outcome.rounds++;
    const isLast = round % ROUNDS_OF_A_LEDGER === ROUNDS_OF_A_LEDGER - 1 || round === rounds - 1;
    const folder = join(home, `ledger-${Math.floor(round / ROUNDS_OF_A_LEDGER)}`);
    const numbers = `${round * NUMBERS_OF_A_ROUND + 1}`;
    const child = spawn(process.execPath, [WRITER, folder, `${seed + round * 8}`, numbers], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    heard.hasOpened = false;
    await live(child, createInterface(child.stdout), heard, dice);
    if (!heard.hasOpened) outcome.killedWhileOpening++;
    if (dice(3) > 0 || isLast) await lookInto(folder, heard, outcome);
    outcome.faults.push(...heard.faults.splice(0));
    if (!isLast) continue;
    outcome.acknowledged += heard.acknowledged.size;
    heard = new Heard();
  }
  return outcome;
}
