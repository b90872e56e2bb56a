// Which lines of a text tell most of what it is about, without a question: those whose words are the text's most common ones, each next
// one for what the ones before it did not say (SumBasic: Nenkova & Vanderwende 2005).
import { isStopWord } from './stopwords.ts';
import { stemOf, tokenise } from './tokens.ts';

/** Lines chosen: more are no summary. */
const CHOSEN_MAX = 24;
/** Lines looked at, spread evenly over a longer text. */
const LINES_MAX = 20_000;
const LINE_CHARS_MAX = 2_000;
/** A line of fewer words says little, however common they are. */
const WORDS_MIN = 8;
/** What a word of the focus is worth beside the commonest of the text. */
const FOCUS_WEIGHT = 3;

interface Line {
  readonly index: number;
  readonly words: readonly string[];
  readonly chars: number;
}

function wordsOf(line: string): string[] {
  const words = tokenise(line.slice(0, LINE_CHARS_MAX)).filter(({ joined, text }) => !joined && !isStopWord(text));
  return [...new Set(words.map(({ text }) => stemOf(text)))];
}

/**
 * @param charsMax of all chosen lines together
 * @param charsBeside what each of them takes beside itself
 * @param focus words that count more
 * @returns indices of the lines, in the order of the text
 */
export function gistOf(lines: readonly string[], charsMax: number, charsBeside = 0, focus = ''): number[] {
  const step = Math.max(1, Math.ceil(lines.length / LINES_MAX));
  const candidates: Line[] = [];
  const seen = new Set<string>();
  for (let index = 0; index < lines.length; index += step) {
    const line = lines[index]!.trim();
    if (line === '' || seen.has(line)) continue;
    seen.add(line);
    candidates.push({ index, words: wordsOf(line), chars: line.length + charsBeside });
  }
  const weights = weightsOf(candidates);
  const wanted = new Set(wordsOf(focus));
  const chosen: number[] = [];
  let room = charsMax;
  const open = new Set(candidates);
  while (chosen.length < CHOSEN_MAX && open.size > 0) {
    // The first one is told even where it must be cut.
    const best = bestOf(open, { weights, wanted }, chosen.length === 0 ? Number.POSITIVE_INFINITY : room);
    if (best === undefined) break;
    open.delete(best);
    chosen.push(best.index);
    room -= best.chars;
    for (const word of best.words) {
      weights.set(word, (weights.get(word) ?? 0) ** 2);
      wanted.delete(word);
    }
  }
  return chosen.sort((one, other) => one - other);
}

/** Share of the lines that have the word. */
function weightsOf(lines: readonly Line[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { words } of lines) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  let most = 1;
  for (const count of counts.values()) most = Math.max(most, count);
  return new Map([...counts].map(([word, count]) => [word, count / (most + 1)]));
}

interface Worth {
  readonly weights: ReadonlyMap<string, number>;
  /** Words of the focus that nothing chosen so far has. */
  readonly wanted: ReadonlySet<string>;
}

/** Of those that fit. */
function bestOf(lines: ReadonlySet<Line>, { weights, wanted }: Worth, charsMax: number): Line | undefined {
  let best: Line | undefined;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const line of lines) {
    if (line.chars > charsMax) continue;
    const worthOf = (word: string) => (weights.get(word) ?? 0) + (wanted.has(word) ? FOCUS_WEIGHT : 0);
    const sum = line.words.reduce((total, word) => total + worthOf(word), 0);
    const score = sum / Math.max(WORDS_MIN, line.words.length);
    if (score > bestScore) {
      best = line;
      bestScore = score;
    }
  }
  return best;
}
