// Kills daemons at random moments of a run, again and again, and lets the next one go on with it: by itself, or told to where a run
// took too many with it. Every run must come to the answer of a run that nothing happened to, with nothing bought twice.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../../conductor/ports.ts';
import { readEntries } from '../../ledger/book/refold.ts';
import { ALL_RUNS, lastPart } from '../../ledger/store/keys.ts';
import { Store } from '../../ledger/store/store.ts';
import { readEvents } from '../../ledger/traces.ts';
import { foldNext } from '../../ledger/writing/live-runs.ts';
import { homePaths } from '../../node/home.ts';
import { canonicalHash } from '../../protocol/canonical.ts';
import { type RunState, toRunRecord } from '../../protocol/fold.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { type AuditResult, GIFT_MSAT } from './audit.ts';
import type { Daemon } from './daemon.ts';
import { addFigures, type Figures, Home, inLanes, noFigures } from './rounds.ts';
import { elapsed } from './scaled-clock.ts';
import type { HomeKind, Scene } from './scene.ts';

export interface ResumeRoundsOptions {
  readonly seed: number;
  /** Runs that were killed and had to go on, at least so many. */
  readonly resumes: number;
  readonly lanes: number;
  readonly kind: HomeKind;
  readonly onProgress?: (figures: ResumeFigures) => void;
}

export interface ResumeFigures extends Figures {
  resumes: number;
  boughtTwice: number;
}

/** A longer history is only slower to verify. */
const RESUMES_OF_A_HOME = 25;
/** Cut into some thirty chunks. */
const INPUT_BYTES = 32_000;
/** Real milliseconds of a run: measured as it goes, this is the first guess. */
const RUNS_IN_MS = 1_500;
const OPENS_IN_MS = 300;
/** Real milliseconds between two looks at a run that is timed. */
const LOOK_MS = 5;
/** Some kills come when there is nothing to do; more than so many for each that does not, and something is wrong. */
const ROUNDS_PER_RESUME = 10;
const PAYING_RUNS_MAX = 12;
/** Milliseconds of the simulation within which everything comes to rest. */
const RESTS_WITHIN_MS = 600_000;

function inputText(): string {
  const line = (index: number) =>
    `${index} signal box ${(index * 7_919) % 1_000} reports quince weather, code ${index}\n`;
  let text = '';
  for (let index = 0; text.length < INPUT_BYTES; index++) text += line(index);
  return text;
}

class ResumedHome {
  readonly #scene: Scene;
  readonly #kind: HomeKind;
  readonly #home: Home;
  readonly #figures: ResumeFigures;
  readonly #random: Random;
  readonly #inputPath: string;
  #runsInMs = RUNS_IN_MS;
  /** The last time. */
  #audited: AuditResult | undefined;
  #resumes = 0;

  constructor(scene: Scene, { seed, kind }: ResumeRoundsOptions, number: number, figures: ResumeFigures) {
    this.#scene = scene;
    this.#kind = kind;
    this.#figures = figures;
    this.#home = new Home(scene, `resumed-${kind}-${number}`, figures);
    this.#random = seededRandom(seed + number * 1_000);
    this.#inputPath = join(scene.folder, `resumed-${kind}-${number}.log`);
    writeFileSync(this.#inputPath, inputText());
  }

  async play(resumes: number): Promise<void> {
    await this.#home.trouble(['pays']);
    await this.#leftAlone((daemon) => this.#timedRun(daemon));
    for (let rounds = 1; this.#resumes < resumes && rounds <= ROUNDS_PER_RESUME * resumes; rounds++) {
      await this.#killOne(true);
      while (this.#chance(0.5)) await this.#killOne(this.#chance(0.5));
      await this.#leftAlone((daemon) => this.#allDone(daemon));
      await this.#check(`round ${rounds}`);
    }
    if (this.#audited !== undefined) addFigures(this.#figures, this.#audited);
    this.#figures.resumes += this.#resumes;
    this.#figures.rounds++;
  }

  /** How long a run takes when nothing happens to it. */
  async #timedRun(daemon: Daemon): Promise<void> {
    const runId = await daemon.startRun(this.#inputPath);
    const beganMs = performance.now();
    while (runId !== undefined && (await daemon.isRunning(runId))) await elapsed(this.#scene.realClock, LOOK_MS);
    this.#runsInMs = performance.now() - beganMs;
  }

  /** @param begins a run of its own; else it only goes on with what was left. Now and then a daemon dies while it starts */
  async #killOne(begins: boolean): Promise<void> {
    const daemon = this.#home.daemon(this.#kind);
    if (this.#chance(0.1)) await this.#later(OPENS_IN_MS);
    else if (await daemon.serves()) {
      if (begins) await daemon.startRun(this.#inputPath);
      await this.#later(this.#runsInMs);
    }
    daemon.kill('SIGKILL');
    await this.#home.over(daemon);
  }

  async #leftAlone(work: (daemon: Daemon) => Promise<void>): Promise<void> {
    const daemon = this.#home.daemon(this.#kind);
    if (!(await daemon.serves())) return this.#home.fault(`it does not start: ${daemon.lastWords}`);
    await work(daemon);
    await this.#pay(daemon);
    const balanceMsat = this.#kind === 'embedded' ? await this.#received(daemon) : undefined;
    daemon.kill('SIGTERM');
    await this.#home.over(daemon);
    this.#audited = await this.#home.check('at rest', balanceMsat);
  }

  /**
   * Until its providers have written down what they were paid: their wallet tells them a moment later than it tells who pays.
   * @returns what the hub says is left
   */
  async #received(daemon: Daemon): Promise<number> {
    const balanceMsat = await daemon.balanceMsat();
    await daemon.until(async () => (await daemon.receivedMsat()) === GIFT_MSAT - balanceMsat, RESTS_WITHIN_MS);
    return balanceMsat;
  }

  /** Until nothing is on its way, and nothing is owed: what a provider gave no invoice for is offered again with the next payment. */
  async #pay(daemon: Daemon): Promise<void> {
    const isAtRest = async () => (await daemon.ledger()).inflight_msat === 0;
    for (let runs = 0; runs <= PAYING_RUNS_MAX; runs++) {
      if (!(await daemon.until(isAtRest, RESTS_WITHIN_MS))) this.#home.fault('payments stay on their way');
      if ((await daemon.ledger()).owed_msat === 0) return;
      await daemon.startRun(this.#inputPath);
      await this.#allDone(daemon);
    }
  }

  /** Until each run has its answer. One that took three daemons with it waits to be told. */
  async #allDone(daemon: Daemon): Promise<void> {
    const areDone = async () => {
      const runs = await daemon.runs();
      for (const { id, status } of runs) if (status === 'failed') await daemon.resume(id);
      return runs.every(({ status }) => status === 'done');
    };
    if (!(await daemon.until(areDone, RESTS_WITHIN_MS)))
      this.#home.fault(`runs do not come to an answer: ${JSON.stringify(await daemon.runs())}, ${daemon.refusals}`);
  }

  /** What is on disk says: one answer for all runs, and each chunk was bought once. */
  async #check(context: string): Promise<void> {
    const store = await Store.open(homePaths.store(this.#home.folder));
    try {
      const answers = new Set<string>();
      const chunks = new Map<string, number>();
      this.#resumes = 0;
      for await (const key of store.keys(ALL_RUNS)) {
        let state: RunState | undefined;
        for await (const event of readEvents(store, lastPart(key))) state = foldNext(state, event);
        if (state === undefined) continue;
        const { output, span_refs, metrics } = toRunRecord(state);
        answers.add(canonicalHash([output, span_refs]));
        if (metrics.held_msat !== 0) this.#home.fault(`${context}: ${metrics.held_msat} msat are held`);
        this.#resumes += state.resumes;
        for (const { id, chunk } of state.queries.values()) chunks.set(`${state.id}/${id}`, chunk);
      }
      if (answers.size > 1) this.#home.fault(`${context}: ${answers.size} different answers`);
      await this.#checkBought(store, chunks, context);
    } finally {
      await store.close();
    }
  }

  async #checkBought(store: Store, chunks: ReadonlyMap<string, number>, context: string): Promise<void> {
    const bought = new Set<string>();
    for await (const { kind, facts } of readEntries(store)) {
      if (kind !== 'settle') continue;
      const chunk = `${facts.run_id} chunk ${chunks.get(`${facts.run_id}/${facts.query_id}`)}`;
      if (bought.has(chunk)) {
        this.#figures.boughtTwice++;
        this.#home.fault(`${context}: TWICE: ${chunk}`);
      }
      bought.add(chunk);
    }
  }

  #chance(probability: number): boolean {
    return this.#random.fraction() < probability;
  }

  /** At some moment of what takes so many real milliseconds. */
  #later(takesMs: number): Promise<void> {
    return elapsed(this.#scene.realClock, this.#random.fraction() * takesMs);
  }
}

export async function resumeRounds(scene: Scene, options: ResumeRoundsOptions): Promise<ResumeFigures> {
  const figures: ResumeFigures = { ...noFigures(), resumes: 0, boughtTwice: 0 };
  const { resumes, lanes, onProgress = () => undefined } = options;
  const homes = Math.max(lanes, Math.ceil(resumes / RESUMES_OF_A_HOME));
  const shares = Array.from({ length: homes }, (_, home) => [home, Math.ceil((resumes - home) / homes)] as const);
  await inLanes(shares, lanes, async ([home, share]) => {
    await new ResumedHome(scene, options, home, figures).play(share);
    onProgress(figures);
  });
  return figures;
}
