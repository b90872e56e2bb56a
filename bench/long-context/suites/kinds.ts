// Short questions of six kinds. The kind is written nowhere: it must be told from the words, as a model would, and each opening
// belongs to one kind, so that it can be told without doubt.
import type { Stream } from '../../../test/simulation/swarm/streams.ts';

const THINGS =
  'lantern mill ferry orchard quarry bridge archive harbour kiln weir tower bakery loom market chapel'.split(' ');
const QUALITIES = 'old northern small painted forgotten stone upper crooked royal narrow drowned busy'.split(' ');
const TIMES = 'in spring|after the flood|at night|before the war|on market days|in dry years|under the old law'.split(
  '|',
);

/** Kind → the openings of its questions. No opening is the beginning of another. */
export const KINDS: Readonly<Record<string, readonly string[]>> = {
  number: ['How many steps lead to', 'How deep is', 'What does it weigh to move', 'How long does it take to cross'],
  place: ['Where stands', 'In which valley lies', 'From what town came the stones of', 'Along which road is'],
  person: ['Who built', 'Whose family keeps', 'Which mason repaired', 'By whom was painted'],
  reason: ['Why do people avoid', 'What is the cause of the noise in', 'For what reason was closed', 'Why leans'],
  date: ['When was opened', 'In which year burnt', 'On what day do they clean', 'Since when does nobody visit'],
  meaning: ['What is meant by the name of', 'What stands for luck in', 'Explain the sign over', 'What is called'],
};
export const KIND_NAMES: readonly string[] = Object.keys(KINDS);

const BY_OPENING = KIND_NAMES.flatMap((kind) => KINDS[kind]!.map((opening) => ({ kind, opening })));

/** A question of a kind; `number` makes it unlike all others. */
export function questionOf(stream: Stream, kind: string, number: number): string {
  const pick = (words: readonly string[]) => stream.pick(words);
  return `${pick(KINDS[kind]!)} the ${pick(QUALITIES)} ${pick(THINGS)} no. ${number} ${pick(TIMES)}?`;
}

/** The kind of a question, told from its words; undefined for a text that is none. */
export function kindOf(question: string): string | undefined {
  return BY_OPENING.find(({ opening }) => question.startsWith(`${opening} `))?.kind;
}
