// Who decides on a chunk: the voices that answered it, by the rule of the run's tier. Pure: the rule sees who has answered, who is
// still out and whether anybody else could be asked, and says what to do next. conductor/chunk/chunk-query.ts does it.
import type { ChunkOutput } from '../../protocol/records.ts';
import { type Accepted, pollOf } from './poll.ts';

/** Somebody who was asked. */
export interface Seat {
  readonly provider: string;
  /** Whose provider it is: those of one cluster never check each other. */
  readonly cluster: string;
}

/** Somebody who answered, and what. */
export interface Ballot extends Seat {
  readonly output: ChunkOutput;
  readonly outputHash: string;
}

/** All that a panel decides on. */
export interface Table<Voice extends Ballot> {
  readonly voices: readonly Voice[];
  /** Asked, and still out. */
  readonly seats: readonly Seat[];
  /** Wanted, but it is not known yet of whom. */
  readonly placing: number;
  /** False when nobody else can be asked: none is left, none can be paid, or too many failed. */
  readonly canAsk: boolean;
  /** Those who are out take much longer than they should, and hedges did not help, or everybody is slow. */
  readonly isLate: boolean;
}

export type Decision<Voice extends Ballot> =
  | Accepted<Voice>
  /** `distinct`: of other clusters than all who answered or are out. */
  | { readonly kind: 'ask'; readonly count: number; readonly distinct: boolean }
  | { readonly kind: 'wait' }
  /** We compute it ourselves, and that decides. */
  | { readonly kind: 'local' }
  /** The tier cannot be given for this chunk: it stays unanswered, nothing weaker takes its place. */
  | { readonly kind: 'unanswered' };

/** The rule for one chunk. */
export interface Panel {
  decide<Voice extends Ballot>(table: Table<Voice>): Decision<Voice>;
}

/** Tier `none`: the first answer that is bound and grounded counts. */
export const FIRST_ANSWER: Panel = {
  decide({ voices, seats, placing, canAsk }) {
    const [answer] = voices;
    if (answer !== undefined) return { kind: 'accept', answer, agreeing: [answer], dissenting: voices.slice(1) };
    if (seats.length + placing > 0) return { kind: 'wait' };
    return canAsk ? { kind: 'ask', count: 1, distinct: false } : { kind: 'local' };
  },
};

/** Tier `validated`: the first answer that was attested counts, and nothing that was not, our own neither. */
export const FIRST_ATTESTED: Panel = {
  decide(table) {
    const decision = FIRST_ANSWER.decide(table);
    return decision.kind === 'local' ? { kind: 'unanswered' } : decision;
  },
};

/**
 * Tier `redundancy:n-of-m`: at most `most` answer, each of another cluster, and `enough` of them must agree: on the whole answer, or, where
 * records were asked for, on each line. Lines on which they do not are left out, as long as they are few.
 */
export class FixedVote implements Panel {
  readonly #enough: number;
  readonly #most: number;

  constructor(enough: number, most: number) {
    this.#enough = enough;
    this.#most = most;
  }

  decide<Voice extends Ballot>(table: Table<Voice>): Decision<Voice> {
    const { voices, seats, placing, canAsk } = table;
    const { issues, accept } = pollOf(voices);
    const out = seats.length + placing;
    const askable = canAsk ? Math.max(0, this.#most - voices.length - out) : 0;
    const lacking = issues.map((sides) => this.#lacking(sides));
    // What those who are out, and all who could still be asked, cannot settle either stays open: nobody is asked for its sake.
    const open = lacking.filter((votes) => votes > 0 && votes <= out + askable);
    if (open.length === 0) return accept(lacking.map((votes) => (votes > 0 ? undefined : 0))) ?? { kind: 'unanswered' };
    const wanting = Math.max(...open) - out;
    return wanting > 0 ? { kind: 'ask', count: wanting, distinct: true } : { kind: 'wait' };
  }

  /** Votes that the largest side has too few; of two that are as large neither is enough. */
  #lacking([largest = [], second = []]: readonly (readonly unknown[])[]): number {
    const lead = largest.length > second.length ? 0 : 1;
    return Math.max(this.#enough - largest.length, lead);
  }
}
