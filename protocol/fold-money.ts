// The part of the fold that follows the run's money: its budget, and its payouts as far as its own trace tells of them.
import type { RunState } from './run-state.ts';
import type { TraceEvent } from './trace.ts';

function applyPayout(state: RunState, event: Extract<TraceEvent, { type: `Payout${string}` }>): void {
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

function settle(state: RunState, event: Extract<TraceEvent, { type: 'BudgetSettle' }>): void {
  state.held_msat -= event.amount_msat + (event.fee_reserve_msat ?? 0);
  state.spent_msat += event.amount_msat;
  const query = state.queries.get(event.query_id);
  if (query !== undefined) query.settled_msat += event.amount_msat;
}

type MoneyEvent = Extract<TraceEvent, { type: `Budget${string}` | `Payout${string}` }>;

export function isMoney(event: TraceEvent): event is MoneyEvent {
  return event.type.startsWith('Budget') || event.type.startsWith('Payout');
}

export function applyMoney(state: RunState, event: MoneyEvent): void {
  switch (event.type) {
    case 'BudgetReserve':
      state.held_msat += event.amount_msat;
      break;
    case 'BudgetSettle':
      settle(state, event);
      break;
    case 'BudgetRelease':
      state.held_msat -= event.amount_msat;
      state.released_msat += event.amount_msat;
      break;
    default:
      applyPayout(state, event);
  }
}
