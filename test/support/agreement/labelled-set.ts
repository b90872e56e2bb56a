// Builds the labelled set: pairs of answers with what is right or wrong between them, from facts worded by hand. The same
// seed gives the same pairs, so they are made when they are needed and not kept: 5,250 pairs are 3.6 MB.
import { type Dice, diceOf } from './dice.ts';
import { FACT_SETS, type Fact, type FactSet, type Half, readFacts } from './facts.ts';
import { findingsPair } from './findings-pairs.ts';
import { recordPair } from './record-pairs.ts';
import { counterpart, dress, KINDS, type Kind, sentencesOf, tell } from './texts.ts';

export const FORMS = ['sentence', 'passage', 'record', 'findings'] as const;
/** What is compared: one sentence, two to four of them, a JSON record, an Extractor's findings. */
export type Form = (typeof FORMS)[number];

export interface Pair {
  readonly set: FactSet;
  readonly form: Form;
  readonly kind: Kind;
  /** Text, or JSON as text, so that the order of its members is kept. */
  readonly left: string;
  readonly right: string;
  /** Of findings: the note that is wrong, where it is one. */
  readonly wrong?: string;
}

const SEED = 20_261_124;
/** Pairs of each half, form and kind: with nine kinds and four forms 300 of a kind in a half. */
const PAIRS_EACH = 75;
/** Tries until the facts drawn allow a kind: a negation needs a denied wording, a number a number. */
const TRIES_MAX = 200;

export type PairMaker = (
  kind: Kind,
  facts: readonly Fact[],
  half: Half,
  dice: Dice,
) => [string, string, string?] | undefined;

function textPair(count: (dice: Dice) => number): PairMaker {
  return (kind, facts, half, dice) => {
    const told = tell(dice.shuffle(facts).slice(0, count(dice)), half, dice);
    const other = counterpart(kind, told, facts, half, dice);
    if (other === undefined) return undefined;
    const [left, right] = [dress(sentencesOf(told, dice), half, dice), dress(other, half, dice)];
    return dice.chance(0.5) ? [left, right] : [right, left];
  };
}

const MAKERS: Readonly<Record<Form, PairMaker>> = {
  sentence: textPair(() => 1),
  passage: textPair((dice) => dice.whole(2, 4)),
  record: recordPair,
  findings: findingsPair,
};

function makePair(form: Form, kind: Kind, facts: readonly Fact[], set: FactSet, dice: Dice): Pair {
  const { half } = FACT_SETS[set];
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const pair = MAKERS[form](kind, facts, half, dice);
    if (pair !== undefined && pair[0] !== pair[1]) {
      const [left, right, wrong] = pair;
      return { set, form, kind, left, right, ...(wrong === undefined ? {} : { wrong }) };
    }
  }
  throw new TypeError(`no facts allow a pair of ${form}, ${kind}`);
}

/** Every pair of the set. A single sentence cannot be reordered. */
export function labelledSet(seed: number = SEED): Pair[] {
  const dice = diceOf(seed);
  return (Object.keys(FACT_SETS) as FactSet[]).flatMap((set) => {
    const facts = readFacts(set);
    return FORMS.flatMap((form) =>
      KINDS.filter((kind) => form !== 'sentence' || kind !== 'reordered').flatMap((kind) =>
        Array.from({ length: PAIRS_EACH }, () => makePair(form, kind, facts, set, dice)),
      ),
    );
  });
}
