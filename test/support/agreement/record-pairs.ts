// Labelled pairs of JSON records, as a signature with fields gives them: members in any order, numbers and accents in any
// spelling, lists as sets, one sentence in words.
import type { Dice } from './dice.ts';
import type { Fact, Half } from './facts.ts';
import { drawValues } from './facts.ts';
import { cutOff, otherNumber } from './spoil.ts';
import { counterpart, type Kind, reword, sentencesOf, type Told, tell, thingsOf } from './texts.ts';

interface Answer {
  summary: string;
  facts: string[];
  things: string[];
  count: number | string;
  checked: boolean;
  where: { first_line: number; last_line: number };
}

function answerOf(told: readonly Told[], dice: Dice): Answer {
  const [first = '', ...rest] = sentencesOf(told, dice);
  const line = dice.whole(1, 4_000);
  return {
    summary: first,
    facts: rest,
    things: [...new Set(told.flatMap(thingsOf))],
    count: dice.whole(2, 4_000),
    checked: dice.chance(0.5),
    where: { first_line: line, last_line: line + dice.whole(0, 30) },
  };
}

/** Members, lists and spellings in another order and form that says the same. */
function reordered(answer: Answer, dice: Dice): Answer {
  const count = Number(answer.count);
  const spellings = [count, String(count), `${count}.0`, count.toLocaleString('en-US')];
  const entries = dice.shuffle(
    Object.entries({
      ...answer,
      summary: dice.chance(0.3) ? ` ${answer.summary.normalize('NFD').replace(/ /g, '  ')}` : answer.summary,
      facts: dice.shuffle(answer.facts),
      things: dice.shuffle(answer.things),
      count: dice.pick(spellings),
    }),
  );
  return Object.fromEntries(entries) as unknown as Answer;
}

function worded(answer: Answer, sentences: readonly string[]): Answer {
  const [first = '', ...rest] = sentences;
  return { ...answer, summary: first, facts: [...rest] };
}

function truncated(answer: Answer, dice: Dice): Answer | undefined {
  const lists = (['facts', 'things'] as const).filter((field) => answer[field].length > 0);
  if (lists.length === 0 || dice.chance(0.3)) return { ...answer, summary: cutOff(answer.summary, dice) };
  const field = dice.pick(lists);
  return { ...answer, [field]: answer[field].slice(0, dice.whole(0, answer[field].length - 1)) };
}

function swapped(answer: Answer, half: Half, dice: Dice): Answer | undefined {
  if (answer.things.length === 0) return undefined;
  const at = dice.whole(0, answer.things.length - 1);
  const { name } = drawValues(['name'], half, dice, answer.things);
  return { ...answer, things: answer.things.with(at, name!) };
}

function spoiled(kind: Kind, answer: Answer, half: Half, dice: Dice): Answer | undefined {
  if (kind === 'truncated') return truncated(answer, dice);
  if (kind === 'number flipped') {
    if (dice.chance(0.5)) return { ...answer, count: Number(otherNumber(String(answer.count), dice)) };
    return { ...answer, where: { ...answer.where, first_line: answer.where.first_line + dice.whole(1, 9) } };
  }
  if (kind === 'negation flipped' && dice.chance(0.4)) return { ...answer, checked: !answer.checked };
  if (kind === 'entity swapped' && dice.chance(0.4)) return swapped(answer, half, dice);
  return undefined;
}

/** A pair of records as JSON text. */
export function recordPair(kind: Kind, facts: readonly Fact[], half: Half, dice: Dice): [string, string] | undefined {
  const told = tell(dice.shuffle(facts).slice(0, dice.whole(2, 4)), half, dice);
  const left = answerOf(told, dice);
  let right: Answer | undefined = kind === 'reordered' ? left : spoiled(kind, left, half, dice);
  if (right === undefined) {
    // Which fact is the summary is no matter of wording: it stays the first.
    const other =
      kind === 'paraphrase'
        ? sentencesOf(reword(told, dice, 1), dice, true)
        : counterpart(kind, told, facts, half, dice);
    if (other === undefined) return undefined;
    right = worded(left, other);
  }
  const order = (answer: Answer) => (kind === 'truncated' ? answer : reordered(answer, dice));
  return [JSON.stringify(left), JSON.stringify(order(right))];
}
