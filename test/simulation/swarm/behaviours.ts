// What the providers of a simulated swarm are like. A behaviour decides what is said, the market what becomes of it on the wire.
import type { Answers, SimAnswer } from './answers.ts';
import type { Scenario } from './scenario.ts';
import type { Stream } from './streams.ts';

export const BEHAVIOURS = [
  'honest',
  'slow',
  'dead',
  'flaky',
  'random-lying',
  'colluding',
  'copying',
  'sleeping',
  'canary-detecting',
  'whitewashing',
  'invoice-cheating',
  'ack-farming',
  'equivocating',
] as const;
export type Behaviour = (typeof BEHAVIOURS)[number];

/** Those that lie whenever they think that they get away with it. */
export const LIARS: ReadonlySet<Behaviour> = new Set([
  'random-lying',
  'colluding',
  'copying',
  'sleeping',
  'canary-detecting',
  'whitewashing',
  'equivocating',
] as const);

/** Those that lie in every job: after at most three of them nobody may pay them any more. */
export const CONSTANT_LIARS: ReadonlySet<Behaviour> = new Set(['random-lying', 'colluding', 'equivocating'] as const);

/** A job as its provider sees it, and what the simulation knows about it. */
export interface SimJob {
  readonly text: string;
  readonly chunk: number;
  readonly isCanary: boolean;
}

export interface Person {
  /** Its number; keys change, numbers stay. */
  readonly number: number;
  readonly behaviour: Behaviour;
  answered: number;
}

/** What a provider does with a job. */
export type Deed =
  | { readonly kind: 'answer'; readonly answers: readonly SimAnswer[]; readonly claimFactor: number }
  | { readonly kind: 'refuse' }
  /** Nothing is ever heard. */
  | { readonly kind: 'nothing' }
  /** Signs of life, and never a result. */
  | { readonly kind: 'acks' };

/** The share of jobs that a flaky provider fails, half of them in silence. */
const FLAKY_FAILS = 0.3;
/** What an invoice cheat claims for a job, times the agreed price. */
const CHEATED = 1_000;

export class Minds {
  readonly #answers: Answers;
  readonly #scenario: Scenario;
  readonly #random: Stream;
  /** One honest reading in so many is not everybody's: two agree with probability 1 - honestDisagreement. */
  readonly #variantShare: number;

  constructor(answers: Answers, scenario: Scenario, random: Stream) {
    this.#answers = answers;
    this.#scenario = scenario;
    this.#random = random;
    this.#variantShare = 1 - Math.sqrt(1 - scenario.honestDisagreement);
  }

  decide(person: Person, job: SimJob): Deed {
    const earlier = person.answered++;
    switch (person.behaviour) {
      case 'dead':
        return { kind: 'nothing' };
      case 'ack-farming':
        return { kind: 'acks' };
      case 'flaky':
        if (this.#random.chance(FLAKY_FAILS))
          return this.#random.chance(0.5) ? { kind: 'refuse' } : { kind: 'nothing' };
        return this.#say(this.#honest(person, job));
      case 'invoice-cheating':
        return { ...this.#say(this.#honest(person, job)), claimFactor: CHEATED };
      case 'equivocating':
        return this.#say(this.#answers.random(job.text, job.chunk, person.number), this.#honest(person, job));
      case 'random-lying':
        return this.#say(this.#answers.random(job.text, job.chunk, person.number));
      case 'copying':
        // Copies what the ring of its neighbours made up: a few keys with one source.
        return this.#say(this.#answers.common(job.text, 1 + (person.number % 3)));
      case 'colluding':
      case 'whitewashing':
        return this.#say(this.#answers.common(job.text));
      case 'sleeping':
        return this.#say(earlier < this.#scenario.sleep ? this.#honest(person, job) : this.#answers.common(job.text));
      case 'canary-detecting':
        return this.#say(
          job.isCanary && this.#random.chance(this.#scenario.canaryDetect)
            ? this.#honest(person, job)
            : this.#answers.common(job.text),
        );
      default:
        return this.#say(this.#honest(person, job));
    }
  }

  #honest(person: Person, job: SimJob): SimAnswer {
    const isOwn = this.#random.chance(this.#variantShare);
    return isOwn ? this.#answers.variant(job.text, job.chunk, person.number) : this.#answers.truth(job.text);
  }

  #say(...answers: SimAnswer[]): Extract<Deed, { kind: 'answer' }> {
    return { kind: 'answer', answers, claimFactor: 1 };
  }
}
