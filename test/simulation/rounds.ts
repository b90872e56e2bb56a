// One life after the other on one home: a process that asks and is killed, processes that recover and are perhaps killed too,
// and a last one that is left alone; then the books are audited. What a simulation did is counted here.
import { type AuditResult, audit, auditEmbedded } from './audit.ts';
import type { Child } from './child.ts';
import type { Daemon } from './daemon.ts';
import type { Failpoint } from './failpoints.ts';
import type { HomeKind, Scene } from './scene.ts';
import type { VictimMessage } from './victim.ts';
import { walletClient } from './wallet-clients.ts';
import type { Trouble } from './wallet-troubles.ts';

/** A process that lives longer hangs: no recovery takes a minute and a half of the simulation per run it makes. */
const HANG_MS = 900_000;

export interface Figures {
  rounds: number;
  kills: number;
  /** Points that were never reached: the process ended before. */
  unreached: number;
  runs: number;
  payouts: number;
  paidMsat: number;
  feesMsat: number;
  slowestMs: number;
  slowest: string;
  readonly faults: string[];
}

export function noFigures(): Figures {
  const counts = { rounds: 0, kills: 0, unreached: 0, runs: 0, payouts: 0 };
  return { ...counts, paidMsat: 0, feesMsat: 0, slowestMs: 0, slowest: '', faults: [] };
}

export function addFigures(figures: Figures, result: AuditResult): void {
  figures.runs += result.runs;
  figures.payouts += result.payouts;
  figures.paidMsat += result.paidMsat;
  figures.feesMsat += result.feesMsat;
  if (result.slowestMs > figures.slowestMs) {
    figures.slowestMs = result.slowestMs;
    figures.slowest = result.slowest;
  }
}

export interface Life {
  readonly runs: number;
  readonly settles: boolean;
  readonly at?: Failpoint;
}

const isOpened = (message: VictimMessage): message is { opened: number } => 'opened' in message;
const isDone = (message: VictimMessage): message is Extract<VictimMessage, { done: unknown }> => 'done' in message;

/** A home and its payer, through all its lives. */
export class Home {
  readonly scene: Scene;
  readonly name: string;
  readonly folder: string;
  readonly figures: Figures;
  readonly #openedMs: number[] = [];

  constructor(scene: Scene, name: string, figures: Figures) {
    this.scene = scene;
    this.name = name;
    this.folder = scene.newHome(name);
    this.figures = figures;
  }

  /** One process from its start to its end. @returns what it passed; undefined when it was killed */
  async live(life: Life): Promise<readonly string[] | undefined> {
    const child = this.scene.victim(this.name, this.folder, life);
    const hang = this.scene.clock.after(HANG_MS, () => {
      this.fault(`it hangs: ${JSON.stringify(life)}`);
      child.kill();
    });
    await child.ended;
    hang();
    this.#openedMs.push(...child.messages.filter(isOpened).map(({ opened }) => opened));
    if (child.wasKilled) {
      this.figures.kills++;
      return undefined;
    }
    return this.#done(child);
  }

  daemon(kind: HomeKind): Daemon {
    return this.scene.daemon(this.name, this.folder, kind);
  }

  /** Resolves when a daemon, told to end or killed, is gone. */
  async over(daemon: Daemon): Promise<void> {
    await daemon.ended;
    this.#openedMs.push(...daemon.openedMs);
    if (daemon.wasKilled) this.figures.kills++;
  }

  /** Audits what happened so far; the home goes on. @param balanceMsat of its hub, where that is who pays */
  async check(context: string, balanceMsat?: number): Promise<AuditResult> {
    const home = { home: this.folder, payer: walletClient(this.name), openedMs: this.#openedMs };
    const result = await (balanceMsat === undefined
      ? audit(home, this.scene.walletLog)
      : auditEmbedded(this.folder, balanceMsat));
    this.figures.faults.push(...result.faults.map((fault) => `${this.name}, ${context}: ${fault}`));
    return result;
  }

  /** Audits the home at its end, and counts what it did. */
  async audit(context: string): Promise<void> {
    addFigures(this.figures, await this.check(context));
    this.figures.rounds++;
  }

  trouble(troubles: readonly Trouble[]): Promise<void> {
    return this.scene.trouble(this.name, troubles);
  }

  fault(what: string): void {
    this.figures.faults.push(`${this.name}: ${what}`);
  }

  #done(child: Child<VictimMessage>): readonly string[] {
    const [ended] = child.messages.filter(isDone);
    if (ended === undefined) {
      this.fault(`it ended by itself: ${child.stderr}`);
      return [];
    }
    const { passed, verdict } = ended.done;
    if (!verdict.ok) this.fault(`its own verification fails: ${JSON.stringify(verdict.checks)}`);
    return passed;
  }
}

/** Does all of them, a few at a time: most of a round is waiting. */
export async function inLanes<Item>(items: Iterable<Item>, lanes: number, work: (item: Item) => Promise<void>) {
  const queue = items[Symbol.iterator]();
  const lane = async () => {
    for (let next = queue.next(); next.done !== true; next = queue.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
