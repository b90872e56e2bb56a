// Labelled pairs of free text: one sentence, or a passage of two to four. What is worded in the same way comes from another
// seed of one model, what is worded anew from another model; the rest is wrong in one thing.
import type { Dice } from './dice.ts';
import { drawValues, type Fact, fill, type Half, poolOf, type Values } from './facts.ts';
import { cutOff, flipNumber, inject, replaceThing } from './spoil.ts';

export const KINDS = [
  'other seed',
  'paraphrase',
  'reordered',
  'truncated',
  'off-topic',
  'number flipped',
  'negation flipped',
  'entity swapped',
  'injected',
] as const;
export type Kind = (typeof KINDS)[number];
/** The kinds that say the same; all others must not agree. */
export const SAME: ReadonlySet<Kind> = new Set(['other seed', 'paraphrase', 'reordered']);

/** A fact with its values and the number of the wording it is told in. */
export interface Told {
  readonly fact: Fact;
  readonly values: Values;
  readonly wording: number;
}

const OPENERS: Readonly<Record<Half, readonly string[]>> = {
  calibration: ['', '', '', '', 'Answer: ', 'The log shows that ', 'In short: '],
  'held-out': ['', '', '', '', 'Result: ', 'According to the text, ', 'Summary: '],
};

export function tell(facts: readonly Fact[], half: Half, dice: Dice): Told[] {
  const taken: string[] = [];
  return facts.map((fact) => {
    const values = drawValues(fact.slots, half, dice, taken);
    taken.push(...Object.values(values));
    return { fact, values, wording: dice.whole(0, fact.same.length - 1) };
  });
}

/** Each told in another wording; `often`: how likely each is to change. */
export function reword(told: readonly Told[], dice: Dice, often: number): Told[] {
  return told.map((each) => {
    if (!dice.chance(often)) return each;
    const others = each.fact.same.map((_, at) => at).filter((at) => at !== each.wording);
    return { ...each, wording: dice.pick(others) };
  });
}

export function sentencesOf(told: readonly Told[], dice: Dice, loose = false): string[] {
  return told.map(({ fact, values, wording }) => `${fill(fact.same[wording]!, values, dice, loose)}.`);
}

/** As a model might print it: with an opener, bold numbers, other quotes, another line break. */
export function dress(sentences: readonly string[], half: Half, dice: Dice): string {
  const text = dice.pick(OPENERS[half]) + sentences.join(dice.chance(0.2) ? '\n' : ' ');
  const bold = dice.chance(0.15) ? text.replace(/(?<= )(\d+)(?= )/, '**$1**') : text;
  return dice.chance(0.1) ? bold.replace(/\.$/, '') : bold;
}

/** The sentences with one of them spoiled by `how`; undefined where none can be. */
function spoilOne(told: readonly Told[], dice: Dice, how: (each: Told) => string | undefined): string[] | undefined {
  const sentences = sentencesOf(told, dice);
  for (const at of dice.shuffle(told.map((_, index) => index))) {
    const spoiled = how(told[at]!);
    if (spoiled !== undefined) return sentences.with(at, `${spoiled}.`);
  }
  return undefined;
}

/** Another text about the same things: other facts, with as many of the old values as fit. */
function elsewhere(told: readonly Told[], facts: readonly Fact[], half: Half, dice: Dice): string[] {
  const others = facts.filter((fact) => !told.some((each) => each.fact === fact));
  const old = Object.assign({}, ...told.map(({ values }) => values)) as Values;
  const keep = dice.chance(0.5);
  return dice
    .shuffle(others)
    .slice(0, told.length)
    .map((fact) => {
      const drawn = drawValues(fact.slots, half, dice);
      return `${fill(dice.pick(fact.same), keep ? { ...drawn, ...pickKnown(fact, old) } : drawn, dice)}.`;
    });
}

function pickKnown(fact: Fact, old: Values): Values {
  return Object.fromEntries(fact.slots.flatMap((slot) => (old[slot] === undefined ? [] : [[slot, old[slot]]])));
}

/** The sentences that a pair of this kind sets against `told`; undefined where these facts do not allow it. */
export function counterpart(
  kind: Kind,
  told: readonly Told[],
  facts: readonly Fact[],
  half: Half,
  dice: Dice,
): string[] | undefined {
  const again = reword(told, dice, dice.chance(0.5) ? 0 : 1);
  const wordingOf = ({ fact, wording }: Told) => fact.same[wording]!;
  switch (kind) {
    case 'other seed':
      return sentencesOf(reword(told, dice, 0.3), dice, true);
    case 'paraphrase':
      return dice.shuffle(sentencesOf(reword(told, dice, 1), dice, true));
    case 'reordered':
      return dice.shuffle(sentencesOf(told, dice));
    case 'truncated':
      return [cutOff(sentencesOf(again, dice).join(' '), dice)];
    case 'off-topic':
      return elsewhere(told, facts, half, dice);
    case 'number flipped':
      return spoilOne(again, dice, (each) => {
        const values = flipNumber(each.fact, each.values, dice);
        return values && fill(wordingOf(each), values, dice);
      });
    case 'negation flipped':
      return spoilOne(again, dice, ({ fact, values }) => fill(dice.pick(fact.denied), values, dice));
    case 'entity swapped':
      return spoilOne(again, dice, (each) => {
        if (each.fact.exchanged.length > 0 && dice.chance(0.7))
          return fill(dice.pick(each.fact.exchanged), each.values, dice);
        const values = replaceThing(each.fact, each.values, half, dice);
        return values && fill(wordingOf(each), values, dice);
      });
    case 'injected':
      return inject(sentencesOf(again, dice), half, dice);
  }
}

/** Slots of a fact that hold a thing's name. */
export function thingsOf({ fact, values }: Told): string[] {
  return fact.slots
    .filter((slot) => /^(?:host|svc|name|pkg|sym|file|code)$/.test(poolOf(slot)))
    .map((slot) => values[slot]!);
}
