// Kills daemons at random moments: while they start, recover, run and pay. Every few kills one daemon is left alone until
// nothing is on its way and nothing is owed, and the books are audited.
import type { Random } from '../../conductor/ports.ts';
import { seededRandom } from '../support/seeded-random.ts';
import type { AuditResult } from './audit.ts';
import type { Daemon } from './daemon.ts';
import { addFigures, type Figures, Home, inLanes, noFigures } from './rounds.ts';
import { elapsed } from './scaled-clock.ts';
import type { HomeKind, Scene } from './scene.ts';
import { ALL_TROUBLES } from './wallet-troubles.ts';

export interface KillRoundsOptions {
  readonly seed: number;
  readonly kills: number;
  /** Homes at a time: most of a round is waiting. */
  readonly lanes: number;
  readonly kind: HomeKind;
  /** Whenever a home has come to its end. */
  readonly onProgress?: (figures: Figures) => void;
  /** Kills between two audits. */
  readonly killsPerAudit: number;
}

/** A longer history is only slower to verify. */
const KILLS_OF_A_HOME = 40;
/** Real milliseconds in which a daemon opens its home, and in which it makes a run: measured as it goes, these are the first guess. */
const OPENS_IN_MS = 400;
const RUNS_IN_MS = 1_500;
/** Kills fall up to a little later, so that the very end is hit too. */
const BEYOND = 1.2;

/** Milliseconds of the simulation within which everything comes to rest; an invoice that nobody pays is void before. */
const RESTS_WITHIN_MS = 600_000;
/** Each pays what is owed; more than one or two are made only while invoices are refused or the wallet is away. */
const SETTLING_RUNS_MAX = 40;

class DoomedHome {
  readonly #scene: Scene;
  readonly #options: KillRoundsOptions;
  readonly #home: Home;
  readonly #random: Random;
  /** The last time. */
  #audited: AuditResult | undefined;
  #opensInMs = OPENS_IN_MS;
  #runsInMs = RUNS_IN_MS;

  constructor(scene: Scene, options: KillRoundsOptions, home: number, figures: Figures) {
    this.#scene = scene;
    this.#options = options;
    this.#home = new Home(scene, `doomed-${home}`, figures);
    this.#random = seededRandom(options.seed + home * 1_000);
  }

  async play(kills: number): Promise<void> {
    const { killsPerAudit } = this.#options;
    for (let made = 0; made < kills; ) {
      await this.#home.trouble(ALL_TROUBLES);
      const upTo = Math.min(kills, made + killsPerAudit);
      while (made < upTo) if (await this.#killOne()) made++;
      await this.#home.trouble(['pays']);
      await this.#settle(`after ${made} kills`);
    }
    if (this.#audited !== undefined) addFigures(this.#home.figures, this.#audited);
    this.#home.figures.rounds++;
  }

  /** @returns false when it had come to an end before it was killed */
  async #killOne(): Promise<boolean> {
    const daemon = this.#home.daemon(this.#options.kind);
    if (this.#chance(0.2)) await this.#later(this.#opensInMs);
    else if (await this.#opened(daemon)) {
      const runs = this.#chance(0.3) ? 2 : 1;
      const starting = Promise.all(Array.from({ length: runs }, () => daemon.startRun()));
      await this.#later(this.#runsInMs);
      if (this.#chance(0.1)) {
        daemon.kill('SIGTERM'); // it is ending, and is killed at that
        await this.#later(this.#opensInMs);
      }
      daemon.kill('SIGKILL');
      if (this.#chance(0.03)) this.#scene.killWallet();
      await starting;
    }
    daemon.kill('SIGKILL');
    await this.#home.over(daemon);
    return daemon.wasKilled;
  }

  /** One daemon that is left alone. It has to find by itself what its predecessors left. */
  async #settle(context: string): Promise<void> {
    const daemon = this.#home.daemon(this.#options.kind);
    if (!(await this.#opened(daemon))) return this.#home.fault(`${context}: it does not start: ${daemon.lastWords}`);
    const isAtRest = async () => (await daemon.ledger()).inflight_msat === 0;
    if (!(await daemon.until(isAtRest, RESTS_WITHIN_MS))) this.#home.fault(`${context}: payments stay on their way`);
    for (let runs = 0; runs === 0 || (runs < SETTLING_RUNS_MAX && (await daemon.ledger()).owed_msat > 0); runs++) {
      await this.#payingRun(daemon);
      await daemon.until(isAtRest, RESTS_WITHIN_MS);
    }
    const isVerified = async () => (await daemon.verify()).ok; // while another lane has killed the wallet, it is not
    if (!(await daemon.until(isVerified, RESTS_WITHIN_MS)))
      this.#home.fault(`${context}: ${JSON.stringify(await daemon.verify())}`);
    const balanceMsat = this.#options.kind === 'embedded' ? await daemon.balanceMsat() : undefined;
    daemon.kill('SIGTERM');
    await this.#home.over(daemon);
    this.#audited = await this.#home.check(context, balanceMsat);
  }

  async #payingRun(daemon: Daemon): Promise<void> {
    const beganMs = performance.now();
    const runId = await daemon.startRun();
    if (runId === undefined) return elapsed(this.#scene.clock, 5_000);
    await daemon.until(async () => !(await daemon.isRunning(runId)), RESTS_WITHIN_MS);
    this.#runsInMs = (this.#runsInMs + performance.now() - beganMs) / 2;
  }

  async #opened(daemon: Daemon): Promise<boolean> {
    const beganMs = performance.now();
    const isOpen = await daemon.serves();
    this.#opensInMs = (this.#opensInMs + performance.now() - beganMs) / 2;
    return isOpen;
  }

  #chance(probability: number): boolean {
    return this.#random.fraction() < probability;
  }

  /** At some moment of what takes so many real milliseconds. */
  #later(takesMs: number): Promise<void> {
    return elapsed(this.#scene.realClock, this.#random.fraction() * takesMs * BEYOND);
  }
}

export async function killRounds(scene: Scene, options: KillRoundsOptions): Promise<Figures> {
  const figures = noFigures();
  const { kills, lanes, onProgress = () => undefined } = options;
  const homes = Math.max(lanes, Math.ceil(kills / KILLS_OF_A_HOME));
  const shares = Array.from({ length: homes }, (_, home) => [home, Math.ceil((kills - home) / homes)] as const);
  await inLanes(shares, lanes, async ([home, share]) => {
    await new DoomedHome(scene, options, home, figures).play(share);
    onProgress(figures);
  });
  return figures;
}
