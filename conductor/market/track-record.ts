// How often each provider gives an answer that counts, newer jobs more than older ones, and the few that did best:
// among 100,000 providers chance would seldom draw the same good one twice.
import { RecentMap } from './recent-map.ts';

/** Providers remembered, 100 bytes each. */
const PROVIDERS_MAX = 4_096;
/** About the newest 50 jobs of a provider count. */
const KEEP = 0.98;
/** How many jobs of its own the swarm's success is worth for a provider. */
const PRIOR_JOBS = 2;
/** What a swarm is taken for before it has done anything. */
const SWARM_ASSUMED = { answered: 9, jobs: 10 };
/** Neither certain nor hopeless, whatever a draw says. */
const SHARE_MIN = 0.02;
const SHARE_MAX = 0.999;
/** The best that are always among the candidates. */
const BEST_MAX = 16;

interface Record {
  answered: number;
  jobs: number;
}

function count(record: Record, isAnswered: boolean): void {
  record.answered = record.answered * KEEP + (isAnswered ? 1 : 0);
  record.jobs = record.jobs * KEEP + 1;
}

export class TrackRecord {
  readonly #records = new RecentMap<Record>(PROVIDERS_MAX, () => ({ answered: 0, jobs: 0 }));
  readonly #swarm: Record = { ...SWARM_ASSUMED };
  readonly #best = new Map<string, number>();

  /** @param isAnswered the job gave an answer that counts; one that was withdrawn is not noted at all */
  note(provider: string, isAnswered: boolean): void {
    count(this.#records.note(provider), isAnswered);
    count(this.#swarm, isAnswered);
  }

  knows(provider: string): boolean {
    return this.#records.get(provider) !== undefined;
  }

  /**
   * One draw of the share of its jobs that it answers, for Thompson sampling: the beta posterior by its mean and deviation.
   * @param normal a draw of the standard normal distribution
   */
  sample(provider: string, normal: number): number {
    const { answered, jobs } = this.#records.get(provider) ?? { answered: 0, jobs: 0 };
    const weight = jobs + PRIOR_JOBS;
    const mean = (answered + (PRIOR_JOBS * this.#swarm.answered) / this.#swarm.jobs) / weight;
    const deviation = Math.sqrt(Math.max(0, mean * (1 - mean)) / (weight + 1));
    return Math.max(SHARE_MIN, Math.min(SHARE_MAX, mean + normal * deviation));
  }

  /** The best few. */
  get best(): Iterable<string> {
    return this.#best.keys();
  }

  /** @param cost what an answer of this provider costs in time and money; the lowest are the best */
  rate(provider: string, cost: number): void {
    this.#best.set(provider, cost);
    if (this.#best.size <= BEST_MAX) return;
    let worst = provider;
    for (const [other, itsCost] of this.#best) if (itsCost > (this.#best.get(worst) ?? 0)) worst = other;
    this.#best.delete(worst);
  }

  /** It is not on offer any more. */
  dismiss(provider: string): void {
    this.#best.delete(provider);
  }
}
