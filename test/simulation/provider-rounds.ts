// Kills a provider at every write, publish and wallet call it makes while somebody asks it and pays it. It is raised again
// at once; in the end its books say what the wallet has for it, and whoever asked has paid what it owes, once.
import { seededRandom } from '../support/seeded-random.ts';
import { Asker } from './asker.ts';
import { faultsOfReceipts } from './audit.ts';
import type { Child } from './child.ts';
import { type Failpoint, MOMENTS, type Moment } from './failpoints.ts';
import { addFigures, type Figures, noFigures } from './rounds.ts';
import { elapsed } from './scaled-clock.ts';
import type { Scene } from './scene.ts';
import type { VictimMessage } from './victim.ts';
import { WalletBooks } from './wallet-books.ts';
import { readWalletLog } from './wallet-log.ts';
import type { Trouble } from './wallet-troubles.ts';

const NAME = 'the-provider';
/** Milliseconds of the simulation: it looks an open invoice up once a minute at least, and then the wallet has to answer. */
const KNOWS_WITHIN_MS = 90_000;
const LOOK_MS = 500;
/** Each run pays what is owed; a provider that was killed meanwhile is paid by the next. */
const SETTLING_RUNS_MAX = 12;

/** The asker's payments meet these: what the wallet holds back for an hour would only be waited for. */
const TROUBLES: readonly Trouble[] = ['pays', 'drops the reply', 'answers twice', 'dies after it paid', 'is slow'];

const isOpened = (message: VictimMessage): message is { opened: number } => 'opened' in message;
const isDone = (message: VictimMessage): message is Extract<VictimMessage, { done: unknown }> => 'done' in message;

class DoomedProvider {
  readonly #scene: Scene;
  readonly #home: string;
  readonly #figures: Figures;
  #child: Child<VictimMessage>;
  /** Of each child: settles when it was killed and another was raised. */
  readonly #replaced = new WeakMap<Child<VictimMessage>, Promise<void>>();

  constructor(scene: Scene, home: string, figures: Figures, at?: Failpoint) {
    this.#scene = scene;
    this.#home = home;
    this.#figures = figures;
    this.#child = this.#raise(at);
  }

  /** Resolves when it serves, however often it has to be raised for that. */
  async serves(): Promise<void> {
    for (let child = this.#child; (await child.heard(isOpened)) === undefined; child = this.#child)
      await this.#replaced.get(child);
  }

  /** Resolves when it serves, or was killed before that. */
  async begins(): Promise<void> {
    await this.#child.heard(isOpened);
  }

  /** What it says came in; undefined while it is away. */
  async receivedMsat(): Promise<number | undefined> {
    await this.serves();
    const isNext = this.#child.messages.length;
    this.#child.say('how much came in?');
    const isAnswer = (message: VictimMessage): message is { receivedMsat: number } =>
      'receivedMsat' in message && this.#child.messages.indexOf(message) >= isNext;
    return (await this.#child.heard(isAnswer))?.receivedMsat;
  }

  /** Ends it in good order. @returns what it passed since it was raised last */
  async end(): Promise<readonly string[]> {
    await this.serves();
    this.#child.say('it is over');
    const ended = await this.#child.heard(isDone);
    await this.#child.ended;
    return ended?.done.passed ?? [];
  }

  #raise(at?: Failpoint): Child<VictimMessage> {
    const life = { runs: 0, settles: false, serves: true, providerName: NAME };
    const child = this.#scene.victim(NAME, this.#home, at === undefined ? life : { ...life, at });
    const replaced = child.ended.then(() => {
      if (child.messages.some(isDone)) return;
      if (child.wasKilled) this.#figures.kills++;
      else this.#figures.faults.push(`the provider ended by itself: ${child.stderr}`);
      this.#child = this.#raise();
    });
    this.#replaced.set(child, replaced);
    return child;
  }
}

/** What a provider passes from its start to its end while one run is made and paid. */
export async function countProviderPoints(scene: Scene, asker: Asker, home: string): Promise<readonly string[]> {
  const provider = new DoomedProvider(scene, home, noFigures());
  await provider.serves();
  await asker.run();
  return provider.end();
}

/** @returns how much the books of the provider and the wallet differ in the end */
async function agree(scene: Scene, provider: DoomedProvider): Promise<string[]> {
  const deadlineMs = scene.clock.now() + KNOWS_WITHIN_MS;
  for (;;) {
    const received = (await provider.receivedMsat()) ?? 0;
    const faults = faultsOfReceipts(NAME, received, new WalletBooks(readWalletLog(scene.walletLog)));
    if (faults.length === 0 || scene.clock.now() > deadlineMs) return faults;
    await elapsed(scene.clock, LOOK_MS);
  }
}

export interface ProviderRoundsOptions {
  readonly seed: number;
  readonly moments: readonly Moment[];
  /** Every one of so many points; 1 is all. */
  readonly everyOf: number;
}

/** @param scene without providers of its own */
export async function providerRounds(
  scene: Scene,
  { seed, moments, everyOf }: ProviderRoundsOptions,
): Promise<Figures> {
  const figures = noFigures();
  const home = scene.newHome(NAME);
  const asker = await Asker.open(scene, 'asker');
  const points = await countProviderPoints(scene, asker, home);
  await scene.trouble('asker', TROUBLES);
  const offset = Math.floor(seededRandom(seed).fraction() * everyOf);
  for (const moment of MOMENTS.filter((one) => moments.includes(one)))
    for (let point = 1 + offset; point <= points.length; point += everyOf) {
      const provider = new DoomedProvider(scene, home, figures, { point, moment });
      await provider.begins();
      await asker.run();
      await provider.serves();
      const context = `provider killed ${moment} point ${point}`;
      if (!(await asker.settle(SETTLING_RUNS_MAX))) figures.faults.push(`${context}: it is not paid`);
      figures.faults.push(...(await agree(scene, provider)).map((fault) => `${context}: ${fault}`));
      await provider.end();
      figures.rounds++;
    }
  const audited = await asker.close();
  addFigures(figures, audited);
  figures.faults.push(...audited.faults);
  return figures;
}
