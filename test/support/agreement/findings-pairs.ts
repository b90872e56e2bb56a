// Labelled pairs of Extractor outputs, as language models give them: quotes of the same chunk, wider or narrower, scored by
// feeling, the weakest one left out or another put in, each with a note in words of its own.
import type { ExtractorOutput, Finding } from '../../../protocol/signature.ts';
import type { Dice } from './dice.ts';
import type { Fact, Half } from './facts.ts';
import { counterpart, type Kind, SAME, sentencesOf, type Told, tell } from './texts.ts';

/** A line of the chunk: what it says, and how much it matters to the question. */
interface Line {
  readonly told: Told;
  readonly stamp: string;
  readonly text: string;
  readonly worth: number;
}

/** A chunk of which the first `relevant` lines answer the question. */
function chunkOf(facts: readonly Fact[], half: Half, dice: Dice): { relevant: Line[]; rest: Line[] } {
  const count = dice.whole(2, 5);
  const told = tell(dice.shuffle(facts).slice(0, count + 5), half, dice);
  const lines = told.map((each, at): Line => {
    const stamp = `2026-03-${10 + at}T0${at % 10}:1${at % 6}:07Z ${dice.pick(['INFO', 'WARN', 'ERROR'])} `;
    const text = sentencesOf([{ ...each, wording: 0 }], dice)[0]!.replace(/\.$/, '');
    return { told: each, stamp, text, worth: 0.95 - at * 0.12 };
  });
  return { relevant: lines.slice(0, count), rest: lines.slice(count) };
}

/** The note of a finding in one of the wordings; a third of the notes are left out by models that see nothing to add. */
function noteOf(line: Line, dice: Dice): string {
  const wording = dice.whole(0, line.told.fact.same.length - 1);
  return sentencesOf([{ ...line.told, wording }], dice)[0]!;
}

function findingOf(line: Line, at: number, dice: Dice, worth: number): Finding {
  const quote = dice.chance(0.5) ? line.stamp + line.text : line.text;
  const score = Math.round(Math.min(1, Math.max(0.05, worth + dice.whole(-8, 8) / 100)) * 100) / 100;
  return { quote, line: at + 1, score, note: noteOf(line, dice) };
}

/** One model's answer: best first. */
function answerOf(relevant: readonly Line[], rest: readonly Line[], dice: Dice): Finding[] {
  const kept = relevant.filter((_, at) => at < 2 || at < relevant.length - 1 || dice.chance(0.7));
  const extra = dice.chance(0.3) ? [findingOf(dice.pick(rest), 20, dice, 0.2)] : [];
  const found = kept.map((line, at) => findingOf(line, at, dice, line.worth));
  return [...found, ...extra].sort((one, other) => other.score - one.score);
}

/** The findings with one of their notes made wrong. */
function spoilNote(
  kind: Kind,
  found: readonly Finding[],
  relevant: readonly Line[],
  facts: readonly Fact[],
  half: Half,
  dice: Dice,
): Finding[] | undefined {
  for (const at of dice.shuffle(found.map((_, index) => index))) {
    const line = relevant.find(({ text }) => found[at]!.quote.endsWith(text));
    if (line === undefined) continue;
    const note = counterpart(kind, [line.told], facts, half, dice)?.join(' ');
    if (note !== undefined) return found.with(at, { ...found[at]!, note });
  }
  return undefined;
}

function truncated(found: readonly Finding[], again: readonly Finding[], dice: Dice): Finding[] | undefined {
  if (found.length < 3) return undefined;
  // The same list cut off, or another model's without its best.
  return dice.chance(0.5) ? found.slice(0, dice.whole(1, found.length - 1)) : again.slice(Math.ceil(again.length / 2));
}

/** A pair of outputs as JSON text. */
export function findingsPair(kind: Kind, facts: readonly Fact[], half: Half, dice: Dice): [string, string] | undefined {
  const { relevant, rest } = chunkOf(facts, half, dice);
  const left = answerOf(relevant, rest, dice);
  const again = answerOf(relevant, rest, dice);
  let right: Finding[] | undefined = again;
  if (kind === 'other seed')
    right = left.map((finding) => ({
      ...finding,
      score: Math.round(Math.max(0.05, finding.score - dice.whole(0, 5) / 100) * 100) / 100,
    }));
  else if (kind === 'reordered')
    right = dice.shuffle(left.map(({ quote, line, score, note }) => ({ note: note!, score, line: line!, quote })));
  else if (kind === 'truncated') right = truncated(left, again, dice);
  else if (kind === 'off-topic')
    right = dice
      .shuffle(rest)
      .slice(0, 3)
      .map((line, at) => findingOf(line, at + 10, dice, 0.9 - at * 0.1));
  else if (!SAME.has(kind)) right = spoilNote(kind, again, relevant, facts, half, dice);
  if (right === undefined) return undefined;
  const json = (findings: readonly Finding[]) =>
    JSON.stringify({ findings } satisfies { findings: readonly Finding[] } as ExtractorOutput);
  return [json(left), json(right)];
}
