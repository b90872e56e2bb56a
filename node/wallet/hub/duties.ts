// What the hub has to do when its time has come: give back what was held for too long, take out invoices nobody paid, and
// forget requests that can come no more. It is all written down, so a restart misses nothing.
import type { Clock } from '../../../conductor/ports.ts';
import { toPylonError } from '../../../protocol/errors.ts';
import type { Commits } from './commits.ts';
import type { Draft } from './draft.ts';
import { type Effect, tellClosed } from './effects.ts';
import { expireHold } from './holds.ts';
import { dropUnpaid } from './invoices.ts';
import { ALL_DUTIES, dutyKey, dutyOf, type Key } from './keys.ts';
import type { Moment } from './moment.ts';
import { forget } from './requests.ts';
import type { Rows } from './rows.ts';

/** Reading one key costs nothing, and a payer's money waits no longer than this beyond its time. */
const ROUND_MS = 5_000;
/** Duties of one batch: others wait for it no longer than for a payment. */
const BATCH = 256;

export interface DutiesOptions {
  readonly rows: Rows;
  readonly commits: Commits;
  readonly clock: Clock;
  readonly moment: () => Moment;
  readonly deliver: (effects: readonly Effect[]) => void;
  readonly log: (line: string) => void;
}

export class Duties {
  readonly #options: DutiesOptions;
  #cancel: () => void = () => undefined;
  #isStopped = false;
  #round: Promise<void> = Promise.resolve();

  constructor(options: DutiesOptions) {
    this.#options = options;
  }

  /** Does what is due now, then every few seconds. A round that fails is tried again with the next one. */
  start(): void {
    this.#round = this.#doRound();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel();
    await this.#round;
  }

  async #doRound(): Promise<void> {
    const { clock, log } = this.#options;
    try {
      while (!this.#isStopped && (await this.#batch()) === BATCH);
    } catch (thrown) {
      log(`the hub could not do what is due: ${toPylonError(thrown).message}`);
    }
    if (!this.#isStopped) this.#cancel = clock.after(ROUND_MS, () => this.start());
  }

  /** @returns how many were done */
  async #batch(): Promise<number> {
    const { rows, commits, moment, deliver } = this.#options;
    const until = dutyKey(moment().nowSeconds + 1, 'hold', '').split('!hold', 1)[0]!;
    const due: string[] = [];
    for await (const key of rows.keys({ gte: ALL_DUTIES.gte, lt: until })) {
      due.push(key);
      if (due.length === BATCH) break;
    }
    if (due.length === 0) return 0;
    deliver(await commits.run((draft) => due.flatMap((key) => fulfil(draft, key, moment()))));
    return due.length;
  }
}

function fulfil(draft: Draft, key: string, moment: Moment): readonly Effect[] {
  const { atSeconds, duty, about } = dutyOf(key);
  draft.delete(key as Key<''>);
  if (duty === 'hold') return tellClosed(draft, expireHold(draft, about, moment), moment.nowSeconds);
  if (duty === 'unpaid') dropUnpaid(draft, about);
  else forget(draft, about, atSeconds);
  return [];
}
