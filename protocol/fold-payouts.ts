// The part of the fold that follows payouts, as far as the run's own trace tells of them.
import type { RunState } from './run-state.ts';
import type { TraceEvent } from './trace.ts';

export function applyPayout(state: RunState, event: Extract<TraceEvent, { type: `Payout${string}` }>): void {
  if (event.type === 'PayoutStart') {
    state.payouts.set(event.payout_id, {
      id: event.payout_id,
      provider: event.provider,
      amount_msat: event.amount_msat,
      run_msat: event.run_msat ?? event.amount_msat,
      query_id: event.query_id,
      status: 'started',
      preimage: undefined,
      fees_msat: 0,
      reason: undefined,
    });
    return;
  }
  const payout = state.payouts.get(event.payout_id);
  if (payout === undefined) return;
  if (event.type === 'PayoutSettle') {
    payout.status = 'settled';
    payout.preimage = event.preimage;
    payout.fees_msat = event.fees_msat ?? 0;
    payout.reason = undefined;
  } else {
    payout.status = event.type === 'PayoutUnknown' ? 'unknown' : 'failed';
    payout.reason = event.reason;
  }
}
