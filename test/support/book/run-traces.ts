// The events that a conductor commits with the operations of a run's budget, numbered run by run.
import type { Entry } from '../../../ledger/book/entry.ts';
import type { TraceEvent, TraceFact } from '../../../protocol/trace.ts';
import { RUN_CONFIG, TRACE_BEGINS_MS } from '../traces.ts';

/** What an account that begins so gained. */
function gain({ postings }: Entry, account: string): number {
  return postings.filter(([name]) => name.startsWith(account)).reduce((sum, [, msat]) => sum + msat, 0);
}

function factsOf(entry: Entry): TraceFact[] {
  switch (entry.kind) {
    case 'open-run': {
      const identity = { git_sha: null, dataset: null, experiment: null };
      return [{ type: 'RunInit', query: 'why?', config: RUN_CONFIG, inputs: [], ...identity }];
    }
    case 'reserve':
      return [{ type: 'BudgetReserve', query_id: entry.facts.query_id, amount_msat: gain(entry, 'held/') }];
    case 'settle': {
      const { query_id, provider } = entry.facts;
      const [amount_msat, fee_reserve_msat] = [gain(entry, 'payable/'), gain(entry, 'fee-reserve/')];
      const released = gain(entry, 'available/');
      const settled: TraceFact = { type: 'BudgetSettle', query_id, provider, amount_msat, fee_reserve_msat };
      const rest: TraceFact = { type: 'BudgetRelease', query_id, amount_msat: released, reason: 'claimed less' };
      return released === 0 ? [settled] : [settled, rest];
    }
    case 'release': {
      const amount_msat = gain(entry, 'available/');
      return [{ type: 'BudgetRelease', query_id: entry.facts.query_id, amount_msat, reason: 'rejected' }];
    }
    case 'escrow-payout':
    case 'prepay-payout': {
      const { payout_id, provider, query_id } = entry.facts;
      return [{ type: 'PayoutStart', payout_id, provider, query_id, amount_msat: gain(entry, 'inflight/') }];
    }
    case 'close-run':
      return [{ type: 'RunDone', status: 'done', output: 'because', span_refs: [] }];
    default:
      return [];
  }
}

export class RunTraces {
  readonly #nextSeq = new Map<string, number>();

  /** The events that tell of an operation; none where no run does. */
  of(entry: Entry): TraceEvent[] {
    const facts = factsOf(entry);
    if (facts.length === 0 || !('run_id' in entry.facts)) return [];
    return this.#number(entry.facts.run_id, facts);
  }

  /** An event that needs no sync, of a run that is going on. */
  idle(runId: string): TraceEvent[] {
    return this.#number(runId, [{ type: 'FallbackLocal', chunk: 0, reason: 'nobody answers' }]);
  }

  #number(run_id: string, facts: readonly TraceFact[]): TraceEvent[] {
    const first = this.#nextSeq.get(run_id) ?? 0;
    this.#nextSeq.set(run_id, first + facts.length);
    if (facts.some(({ type }) => type === 'RunDone')) this.#nextSeq.delete(run_id);
    return facts.map(
      (fact, index) => ({ v: 1, run_id, seq: first + index, timestamp_ms: TRACE_BEGINS_MS, ...fact }) as TraceEvent,
    );
  }
}
