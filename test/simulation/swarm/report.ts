// What a simulation came to, as one flat object in the spelling of the open format.
import { clopperPearsonUpper95, quantile } from './statistics.ts';
import type { SwarmOutcome } from './swarm.ts';

export interface SwarmReport {
  readonly runs: number;
  readonly chunks: number;
  /** Of the chunks that the swarm answered, those whose accepted answer is a lie. */
  readonly false_accept_rate: number;
  /** Upper end of the exact one-sided 95 % interval (Clopper-Pearson). */
  readonly false_accept_upper95: number;
  /** Jobs asked of the swarm for one chunk; canaries and hedges included. */
  readonly executions_per_chunk: number;
  readonly canary_rate: number;
  readonly hedges_per_chunk: number;
  /** Of the honest results that came back, those that were not paid. */
  readonly honest_rejected_rate: number;
  readonly reopened_rate: number;
  readonly local_rate: number;
  /** Honest readings of their own that were accepted: other than the usual answer, and no lie. */
  readonly variant_accepted_rate: number;
  readonly liar_jobs_paid_max: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
  /** Jobs asked beyond one for each chunk, by price: what the scheme orders more than the work itself. */
  readonly extra_spend_ratio: number;
  readonly paid_msat_per_chunk: number;
  readonly runs_ended_in_time: number;
  readonly ended: Readonly<Record<string, number>>;
  readonly strays: number;
  readonly invariant_faults: number;
  readonly faults: readonly string[];
  readonly events: number;
  readonly trace_hash: string;
}

const FAULTS_SHOWN = 5;

function counted(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

export function reportOf({ scorebook, ends, faults, traceHash, events, strays }: SwarmOutcome): SwarmReport {
  const { score } = scorebook;
  const times = ends.map(({ elapsedMs }) => elapsedMs);
  const per = (count: number, of: number) => (of === 0 ? 0 : count / of);
  const accepted = score.acceptedSwarm + score.acceptedLocal;
  return {
    runs: ends.length,
    chunks: score.chunks,
    false_accept_rate: per(score.acceptedLies, score.acceptedSwarm),
    false_accept_upper95: clopperPearsonUpper95(score.acceptedLies, score.acceptedSwarm),
    executions_per_chunk: per(score.executions, score.chunks),
    canary_rate: per(score.canaries, score.executions),
    hedges_per_chunk: per(score.hedges, score.chunks),
    honest_rejected_rate: per(score.honestRejected, score.honestReturned),
    reopened_rate: per(score.reopened, score.chunks),
    local_rate: per(score.acceptedLocal, accepted),
    variant_accepted_rate: per(score.acceptedVariants, score.acceptedSwarm),
    liar_jobs_paid_max: scorebook.liarJobsPaidMax,
    p50_ms: quantile(times, 0.5),
    p99_ms: quantile(times, 0.99),
    extra_spend_ratio: per(score.executions - score.acceptedSwarm, score.acceptedSwarm),
    paid_msat_per_chunk: per(score.spentMsat, score.chunks),
    runs_ended_in_time: per(ends.filter(({ inTime }) => inTime).length, ends.length),
    ended: counted(ends.map(({ status, code }) => (code === undefined ? status : `${status}: ${code}`))),
    strays,
    invariant_faults: faults.length,
    faults: faults.slice(0, FAULTS_SHOWN),
    events,
    trace_hash: traceHash,
  };
}
