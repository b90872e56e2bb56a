// One run through several lives: the real conductor and the real ledger on disk, and a process that is gone after so many
// commits. What comes later does not reach the store, as if it had been killed there; the next life opens the store anew.
import type { BookOperation, Clock, Journal } from '../../conductor/ports.ts';
import { Conductor } from '../../conductor/run/conductor.ts';
import type { ConductorPorts } from '../../conductor/run/context.ts';
import { KnownChunks } from '../../conductor/run/known-chunks.ts';
import { Book } from '../../ledger/book/book.ts';
import type { Entry } from '../../ledger/book/entry.ts';
import { readEntries } from '../../ledger/book/refold.ts';
import { RunBudgets } from '../../ledger/book/run-budgets.ts';
import { verifyBook } from '../../ledger/book/verify.ts';
import { closeInterrupted } from '../../ledger/interrupted.ts';
import { RunJournal } from '../../ledger/journal.ts';
import { readInterrupted } from '../../ledger/resumable.ts';
import { StoredRuns } from '../../ledger/runs.ts';
import { blobKey, runKey } from '../../ledger/store/keys.ts';
import { del, put, Store } from '../../ledger/store/store.ts';
import { extractiveBackend } from '../../node/backends/extractive.ts';
import { msat } from '../../protocol/money.ts';
import type { RunConfig, RunRecord } from '../../protocol/run.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { promptTimer } from './prompt-timer.ts';
import { ScriptedMarket } from './scripted-market.ts';
import { seededRandom } from './seeded-random.ts';
import { collect } from './test-ledger.ts';
import { textCorpus } from './text-corpus.ts';
import { RUN_CONFIG, runIdOf } from './traces.ts';

export const MORTAL_RUN = runIdOf(1);

/** Every look at it is a millisecond later. Nothing is waited for, so no timer ever fires. */
function stillClock(): Clock {
  let nowMs = 1_700_000_000_000;
  return { now: () => nowMs++, after: () => () => undefined };
}

/** What the dead do with their money: nothing, and nobody hears of it. */
function mortalBook(budgets: RunBudgets, journal: MortalJournal): RunBudgets {
  const none = { seq: 0, changes: new Map(), heldMsat: 0, owedMsat: 0, feeReserveMsat: 0, releasedMsat: 0 };
  return new Proxy(budgets, {
    get: (target, name) => {
      const method = Reflect.get(target, name) as (...parameters: unknown[]) => unknown;
      return (...parameters: unknown[]) => {
        if (!journal.isDead) return method.apply(target, parameters);
        return name === 'affordableMsat' ? 0 : none;
      };
    },
  });
}

class MortalJournal implements Journal {
  readonly died: Promise<'died'>;
  readonly #inner: RunJournal;
  #left: number;
  #die: (how: 'died') => void = () => undefined;

  constructor(inner: RunJournal, commits: number) {
    this.#inner = inner;
    this.#left = commits;
    this.died = new Promise((resolve) => {
      this.#die = resolve;
    });
    if (commits === 0) this.#die('died');
  }

  get isDead(): boolean {
    return this.#left === 0;
  }

  commit(events: readonly TraceEvent[], operation?: BookOperation): Promise<void> {
    if (this.#left === 0) return new Promise(() => undefined);
    this.#left--;
    const stored = this.#inner.commit(events, operation as Parameters<RunJournal['commit']>[1]);
    if (this.#left === 0) void stored.then(() => this.#die('died'));
    return stored;
  }

  keepBlob(hash: string, bytes: Uint8Array, always?: boolean): void {
    if (this.#left > 0) this.#inner.keepBlob(hash, bytes, always);
  }
}

export interface MortalRunOptions {
  readonly folder: string;
  readonly seed?: number;
  readonly text: string;
  readonly query: string;
  readonly config?: Partial<RunConfig>;
  readonly providers?: (market: ScriptedMarket) => unknown;
  /** What a life has beside its market: a model, patterns. */
  readonly ports?: () => Partial<ConductorPorts>;
}

export interface Ending {
  readonly record: RunRecord;
  readonly events: readonly TraceEvent[];
  readonly entries: readonly Entry[];
  readonly faults: readonly string[];
}

export class MortalRun {
  readonly #options: MortalRunOptions;
  readonly #clock = stillClock();
  readonly #backend = extractiveBackend();
  text: string;
  lives = 0;
  /** Commits of the last life. */
  commits = 0;

  constructor(options: MortalRunOptions) {
    this.#options = options;
    this.text = options.text;
  }

  /** @param commits after which the process is gone; absent, it lives to the end. @throws PylonError where it cannot go on */
  async live(commits = Number.POSITIVE_INFINITY, signal = new AbortController().signal): Promise<'died' | 'ended'> {
    const store = await Store.open(this.#options.folder);
    try {
      const book = await Book.open(store, () => this.#clock.now());
      const inner = new RunJournal(store, promptTimer, book);
      await closeInterrupted(store, book, inner, this.#clock.now());
      const journal = new MortalJournal(inner, commits);
      const resumption = store.has(runKey(MORTAL_RUN)) ? await this.#resumption(store, inner) : undefined;
      const running = this.#conductor(journal, book).run(
        {
          runId: MORTAL_RUN,
          query: this.#options.query,
          corpus: textCorpus({ 'app.log': this.text }),
          config: { ...RUN_CONFIG, chunk_size: 1_024, fanout: 3, ...this.#options.config },
          ...(resumption === undefined ? {} : { resumption }),
          onOpen: () => {
            if (resumption === undefined) inner.keepRequest(MORTAL_RUN, { of: 'the test' });
            else inner.takeUp(resumption.state);
          },
        },
        signal,
      );
      running.catch(() => undefined); // where it died first, nobody is there to hear of it
      const how = await Promise.race([running.then(() => 'ended' as const), journal.died]);
      await inner.flush();
      return how;
    } finally {
      this.lives++;
      await store.close();
    }
  }

  /** What is on disk. */
  async ending(): Promise<Ending> {
    return this.inStore(async (store) => {
      const book = await Book.open(store, () => 0);
      const runs = new StoredRuns(store, { state: () => undefined });
      const record = await runs.get(MORTAL_RUN);
      if (record === undefined) throw new Error('there is no run');
      const [events, entries] = [await collect(runs.events(MORTAL_RUN)), await collect(readEntries(store))];
      return { record, events, entries, faults: (await verifyBook(store, book)).faults };
    });
  }

  /** It has come to its end, and there is nothing to go on with. */
  async isDone(): Promise<boolean> {
    return this.inStore(async (store) => ((await store.value(runKey(MORTAL_RUN))) as RunRecord).status === 'done');
  }

  async inStore<Result>(work: (store: Store) => Promise<Result>): Promise<Result> {
    const store = await Store.open(this.#options.folder);
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  }

  /** Damages a payload, or takes it away. */
  lose(hash: string, how: 'gone' | 'damaged'): Promise<void> {
    const row = how === 'gone' ? del(blobKey(hash)) : put(blobKey(hash), Buffer.from('{"findings":[]}'));
    return this.inStore((store) => store.write([row], { sync: true }));
  }

  #conductor(journal: MortalJournal, book: Book): Conductor {
    const market = new ScriptedMarket(this.#backend);
    const { providers = (of) => of.provider('one').provider('two').provider('three'), seed = 7 } = this.#options;
    providers(market);
    const random = seededRandom(seed + this.lives);
    const budgets = mortalBook(new RunBudgets(book), journal);
    const models = { local: this.#backend, engine: this.#backend };
    const ports = { clock: this.#clock, random, journal, book: budgets, market, ...models };
    return new Conductor({ ...ports, ...this.#options.ports?.() });
  }

  async #resumption(store: Store, journal: RunJournal) {
    const known = new KnownChunks();
    const { state, budget } = await readInterrupted(store, journal, MORTAL_RUN, (event) => known.observe(event));
    const runs = new StoredRuns(store, journal);
    const { limitMsat, settledMsat, times } = budget;
    return {
      state,
      known,
      limitMsat: msat(limitMsat),
      settledMsat,
      times: times + 1,
      payload: (hash: string) => runs.blob(hash).catch(() => undefined),
    };
  }
}
