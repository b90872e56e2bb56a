// What the states of a payout mean, in words that a user can act on. Pure.
import type { PayoutReport } from '../../protocol/money-report.ts';

export type PayoutState = PayoutReport['state'];

const MEANING: Readonly<Record<PayoutState, string>> = {
  planned: 'decided, not sent yet',
  sent: 'the wallet was asked to pay',
  unknown: 'the wallet has not said: it is looked up, and never paid again',
  settled: 'proven by its preimage',
  failed: 'nothing was paid; it is owed as before',
};

/** Why it is so: its own reason where it has one. */
export function meaningOf({ state, reason, ahead }: Pick<PayoutReport, 'state' | 'reason' | 'ahead'>): string {
  const words = reason ?? MEANING[state];
  if (ahead === undefined) return words;
  return `${words} (${ahead.by === 'escrow' ? 'out of escrow' : 'paid in advance'})`;
}

/** How many payouts stand in each state, those that need a look first; states without any are left out. */
export function tallyOf(payouts: readonly Pick<PayoutReport, 'state'>[]): readonly (readonly [PayoutState, number])[] {
  const order: readonly PayoutState[] = ['unknown', 'failed', 'sent', 'planned', 'settled'];
  return order.flatMap((state) => {
    const count = payouts.filter((payout) => payout.state === state).length;
    return count === 0 ? [] : [[state, count] as const];
  });
}
