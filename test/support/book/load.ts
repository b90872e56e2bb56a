// Many clients that use one ledger at the same time, each waiting until what it asked is durable before it asks again. What
// an operation moved is held against the model at once, everything now and then.
import { seededRandom } from '../seeded-random.ts';
import { FAULTS_MAX, LedgerRig } from './ledger-rig.ts';
import type { Asked } from './operation.ts';
import { Own, randomOperation } from './random-operation.ts';

export interface LoadOptions {
  readonly folder: string;
  readonly seed: number;
  readonly operations: number;
  readonly clients: number;
  /** Everything in memory is compared after so many operations. */
  readonly checkEvery: number;
  /** All entries are folded afresh after so many, while the others go on. */
  readonly verifyEvery: number;
}

export interface LoadOutcome {
  readonly asked: number;
  readonly entries: number;
  /** By kind, and by the code of a refusal. */
  readonly counts: ReadonlyMap<string, number>;
  /** In sentences; empty when all is well. */
  readonly faults: readonly string[];
}

/** Operations asked before that may be asked again. */
const EARLIER_MAX = 512;

class Load {
  readonly #options: LoadOptions;
  readonly #rig: LedgerRig;
  readonly #own = new Own('q');
  readonly #earlier: Asked[] = [];
  readonly counts = new Map<string, number>();
  asked = 0;

  constructor(options: LoadOptions, rig: LedgerRig) {
    this.#options = options;
    this.#rig = rig;
  }

  async run(): Promise<void> {
    const { clients, seed } = this.#options;
    await Promise.all(Array.from({ length: clients }, (_, index) => this.#client(seed + index)));
  }

  async #client(seed: number): Promise<void> {
    const random = seededRandom(seed);
    const dice = (sides: number) => Math.floor(random.fraction() * sides);
    const { operations, checkEvery, verifyEvery } = this.#options;
    while (this.asked < operations && this.#rig.faults.length < FAULTS_MAX) {
      const number = this.asked++;
      if (number % checkEvery === checkEvery - 1) this.#rig.check();
      if (number % verifyEvery === verifyEvery - 1) await this.#rig.verify();
      const asked = randomOperation(this.#rig.model, dice, this.#own, this.#earlier);
      this.#earlier[number % EARLIER_MAX] = asked;
      const outcome = this.#rig.submit(asked);
      this.#count(outcome.refused ?? (outcome.operation?.entry === undefined ? 'again' : asked.kind));
      await outcome.stored;
    }
  }

  #count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }
}

/** Runs it all in an empty folder; at the end the ledger is folded afresh, opened again, and its runs are closed. */
export async function loadLedger(options: LoadOptions): Promise<LoadOutcome> {
  const rig = await LedgerRig.open(options.folder);
  const load = new Load(options, rig);
  try {
    await load.run();
    rig.check();
    await rig.checkStored();
    await rig.reopen();
    return { asked: load.asked, entries: rig.book.latestSeq, counts: load.counts, faults: rig.faults };
  } finally {
    await rig.close();
  }
}
