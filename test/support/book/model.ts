// A second opinion on the book: the same operations, worked out in another way and kept in plain maps. What the real
// book does and says is held against it after every step.
import { createHash } from 'node:crypto';
import type { Entry } from '../../../ledger/book/entry.ts';
import { ModelEarning } from './model-earning.ts';
import { ModelPayouts } from './model-payouts.ts';
import { ModelSpending, type Refusal } from './model-spending.ts';
import type { Asked } from './operation.ts';

/** What must come of an operation: a new entry, the one that was made before, or the code of an error. */
export type Verdict = { readonly seq: number; readonly isNew: boolean } | { readonly code: string };

/** A million operations are remembered: what was asked is kept short. */
function digestOf({ kind, facts }: Asked): string {
  return createHash('sha1')
    .update(JSON.stringify([kind, facts]))
    .digest('base64');
}

export class BookModel {
  readonly spending = new ModelSpending();
  readonly payouts = new ModelPayouts(this.spending);
  readonly earning = new ModelEarning();
  /** Every operation that was done, by its id. */
  readonly done = new Map<string, { readonly seq: number; readonly body: string }>();

  get entries(): number {
    return this.done.size;
  }

  /** Does it, or says why it must be refused; nothing has changed then. */
  do(asked: Asked): Verdict {
    const body = digestOf(asked);
    const before = this.done.get(asked.id);
    if (before !== undefined)
      return before.body === body ? { seq: before.seq, isNew: false } : { code: 'ledger-conflict' };
    const code = this.#apply(asked);
    if (code !== undefined) return { code };
    const seq = this.done.size + 1;
    this.done.set(asked.id, { seq, body });
    return { seq, isNew: true };
  }

  /** An entry that somebody else made. @returns what is wrong with it */
  follow(entry: Entry): string[] {
    const verdict = this.do(entry as Asked);
    if ('code' in verdict) return [`entry ${entry.seq} (${entry.id}) should have been refused: ${verdict.code}`];
    const isRight = verdict.isNew && verdict.seq === entry.seq;
    return isRight ? [] : [`entry ${entry.seq} (${entry.id}) stands at the wrong place, or twice`];
  }

  #apply(asked: Asked): Refusal {
    const { spending, payouts, earning } = this;
    switch (asked.kind) {
      case 'open-run':
        return spending.openRun(asked.facts);
      case 'reserve':
        return spending.reserve(asked.facts);
      case 'settle':
        return spending.settle(asked.facts);
      case 'release':
        return spending.release(asked.facts);
      case 'close-run':
        return spending.closeRun(asked.facts);
      case 'plan-payout':
        return payouts.plan(asked.facts);
      case 'send-payout':
        return payouts.send(asked.facts);
      case 'doubt-payout':
        return payouts.doubt(asked.facts);
      case 'settle-payout':
        return payouts.settle(asked.facts);
      case 'fail-payout':
        return payouts.fail(asked.facts);
      case 'escrow-payout':
        return payouts.ahead(asked.facts, 'sealed');
      case 'prepay-payout':
        return payouts.ahead(asked.facts, 'takable');
      case 'reveal-payout':
        return payouts.reveal(asked.facts);
      case 'return-payout':
        return payouts.giveBack(asked.facts);
      case 'claim':
        return earning.claim(asked.facts);
      case 'bill':
        return earning.bill(asked.facts);
      case 'receive':
        return earning.receive(asked.facts);
      case 'expire-bill':
        return earning.expire(asked.facts);
    }
  }
}
