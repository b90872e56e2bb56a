// Who decides on a chunk: the voices that answered it, by the rule of the run's tier. Pure: the rule sees who has answered, who is
// still out and whether anybody else could be asked, and says what to do next. conductor/chunk/chunk-query.ts does it.
import type { ExtractorOutput } from '../../protocol/signature.ts';
import { agree } from './agreement.ts';
import { type Cluster, clusterAnswers } from './clusters.ts';

/** Somebody who was asked. */
export interface Seat {
  readonly provider: string;
  /** Whose provider it is: those of one cluster never check each other. */
  readonly cluster: string;
}

/** Somebody who answered, and what. */
export interface Ballot extends Seat {
  readonly output: ExtractorOutput;
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
  | {
      readonly kind: 'accept';
      readonly answer: Voice;
      readonly agreeing: readonly Voice[];
      readonly dissenting: readonly Voice[];
    }
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

const SAME = { agrees: true, score: 1 } as const;

/** Which voices say the same, the largest group first. */
export function groupsOf<Voice extends Ballot>(voices: readonly Voice[]): Cluster<Voice>[] {
  return clusterAnswers(
    voices,
    (one, other) => (one.outputHash === other.outputHash ? SAME : agree(one.output, other.output)),
    ({ outputHash }) => outputHash,
  );
}

/** What a group says counts: its medoid is the answer, and whoever said something else dissents. */
export function accept<Voice extends Ballot>(
  { medoid: answer, members: agreeing }: Cluster<Voice>,
  voices: readonly Voice[],
): Decision<Voice> {
  return { kind: 'accept', answer, agreeing, dissenting: voices.filter((voice) => !agreeing.includes(voice)) };
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

/** Tier `redundancy:n-of-m`: at most `most` answer, each of another cluster, and `enough` of them must agree. */
export class FixedVote implements Panel {
  readonly #enough: number;
  readonly #most: number;

  constructor(enough: number, most: number) {
    this.#enough = enough;
    this.#most = most;
  }

  decide<Voice extends Ballot>(table: Table<Voice>): Decision<Voice> {
    const { voices, seats, placing, canAsk } = table;
    const [largest] = groupsOf(voices);
    const agreeing = largest?.members ?? [];
    if (largest !== undefined && agreeing.length >= this.#enough) return accept(largest, voices);
    const out = seats.length + placing;
    const askable = canAsk ? this.#most - voices.length - out : 0;
    if (agreeing.length + out + askable < this.#enough) return { kind: 'unanswered' };
    const wanting = this.#enough - agreeing.length - out;
    if (wanting > 0) return { kind: 'ask', count: wanting, distinct: true };
    return { kind: 'wait' };
  }
}
