// The book as a list of commands for fast-check: what clients ask, writes that fail, the ledger opened again. After each
// step everything in memory is held against the model, and after some what is on disk.
import { join } from 'node:path';
import fc from 'fast-check';
import { FailingWrites, type Fate } from './failing-writes.ts';
import { LedgerRig, type Outcome } from './ledger-rig.ts';
import type { Asked } from './operation.ts';
import { type Dice, Own, randomOperation } from './random-operation.ts';

/** The real ledger and the model beside it, while commands are done to both. */
class Bench {
  readonly rig: LedgerRig;
  readonly writes: FailingWrites;
  readonly own = new Own('q');
  readonly #earlier: Asked[] = [];
  #underWay: Promise<unknown>[] = [];
  #failed: Asked[] = [];

  constructor(rig: LedgerRig, writes: FailingWrites) {
    this.rig = rig;
    this.writes = writes;
  }

  ask(dice: Dice): Promise<unknown> {
    const asked = randomOperation(this.rig.model, dice, this.own, this.#earlier);
    this.#earlier.push(asked);
    return this.#hear(asked, this.rig.submit(asked));
  }

  #hear(asked: Asked, outcome: Outcome): Promise<unknown> {
    const stored = outcome.stored.catch(() => this.#failed.push(asked));
    this.#underWay.push(stored);
    return stored;
  }

  /** An event without money, which no write waits for. */
  tell(dice: Dice): void {
    const [runId] = [...this.rig.model.spending.runs.keys()].slice(dice(8));
    if (runId !== undefined) this.#underWay.push(this.rig.idle(runId).catch(() => 'its run is closed by the next one'));
  }

  /** Everything asked so far has come to an end; what failed is recovered from, and asked again with the same id. */
  async settle(): Promise<void> {
    await Promise.all(this.#underWay.splice(0));
    if (this.rig.book.fault === undefined) return;
    await this.rig.recover();
    for (const asked of this.#failed.splice(0)) this.#hear(asked, this.rig.retry(asked));
    await this.settle();
  }

  checked(): void {
    this.rig.check();
    if (this.rig.faults.length > 0) throw new Error(this.rig.faults.join('\n'));
  }
}

type Model = Record<string, never>;

abstract class Step implements fc.AsyncCommand<Model, Bench> {
  #said = '';

  check(): boolean {
    return true;
  }

  async run(_model: Model, bench: Bench): Promise<void> {
    await this.take(bench);
    this.#said = this.say(bench);
    bench.checked();
  }

  toString(): string {
    return this.#said || this.constructor.name;
  }

  protected say(_bench: Bench): string {
    return this.constructor.name;
  }

  protected abstract take(bench: Bench): Promise<void>;
}

/** An operation made of small numbers, so that a failing one can be made smaller; some are awaited, some are not. */
class Ask extends Step {
  readonly #numbers: readonly number[];
  readonly #isAwaited: boolean;

  constructor(numbers: readonly number[], isAwaited: boolean) {
    super();
    this.#numbers = numbers;
    this.#isAwaited = isAwaited;
  }

  protected override async take(bench: Bench): Promise<void> {
    if (bench.rig.book.fault !== undefined) await bench.settle();
    let next = 0;
    const dice: Dice = (sides) => (this.#numbers[next++] ?? 0) % sides;
    bench.tell(dice);
    const stored = bench.ask(dice);
    if (this.#isAwaited) await stored;
  }

  protected override say(bench: Bench): string {
    return `${bench.rig.latest}${this.#isAwaited ? ' (awaited)' : ''}`;
  }
}

class Settle extends Step {
  protected override async take(bench: Bench): Promise<void> {
    await bench.settle();
    await bench.rig.checkStored();
  }
}

class Reopen extends Step {
  protected override async take(bench: Bench): Promise<void> {
    await bench.settle();
    await bench.rig.reopen(bench.writes.into);
  }
}

class FailNextWrite extends Step {
  readonly #fate: Fate;

  constructor(fate: Fate) {
    super();
    this.#fate = fate;
  }

  protected override async take(bench: Bench): Promise<void> {
    bench.writes.arm(this.#fate);
  }

  protected override say(): string {
    return `the next write fails, and ${this.#fate} of it is on disk`;
  }
}

const steps = fc.commands(
  [
    ...Array.from({ length: 6 }, () =>
      fc.tuple(fc.array(fc.nat(9_999), { minLength: 10, maxLength: 20 }), fc.boolean()).map((made) => new Ask(...made)),
    ),
    fc.constant(new Settle()),
    fc.constant(new Reopen()),
    fc.constantFrom<Fate>('nothing', 'all').map((fate) => new FailNextWrite(fate)),
  ],
  { maxCommands: 80, size: 'max' },
);

/** What happened in all ledgers of a property. */
export interface Happened {
  ledgers: number;
  entries: number;
  failedWrites: number;
}

/** Each round has a ledger of its own in a folder below `home`. */
export function bookProperty(home: string, happened: Happened) {
  return fc.asyncProperty(steps, async (commands) => {
    const writes = new FailingWrites();
    const rig = await LedgerRig.open(join(home, `${happened.ledgers++}`), undefined, writes.into);
    const bench = new Bench(rig, writes);
    try {
      await fc.asyncModelRun(() => ({ model: {}, real: bench }), commands);
      await bench.settle();
      await rig.reopen();
      await rig.checkStored();
      bench.checked();
    } finally {
      happened.entries += rig.book.latestSeq;
      happened.failedWrites += writes.failed;
      await rig.close();
    }
  });
}
