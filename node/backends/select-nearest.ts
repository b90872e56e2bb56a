// SelectStrategy without a model: what was best for the most similar of the examples that it is given. Without examples it is the table of
// rules by which `auto` chooses (conductor/predict/routing.ts). The same input and the same examples always give the same choice.
import { fitsDirect, routeOf } from '../../conductor/predict/routing.ts';
import { stemOf, tokenise } from '../../conductor/search/tokens.ts';
import type { FewShot } from '../../protocol/predict-params.ts';
import {
  type InputFeatures,
  type SelectableStrategy,
  type SelectStrategyInput,
  type SelectStrategyOutput,
  selectStrategyInputSchema,
  selectStrategyOutputSchema,
} from '../../protocol/select-strategy.ts';

/** What a difference weighs beside that of the words, which is from 0 (the same) to 1 (none in common). */
const KIND_WEIGHT = 0.1;
/** One fits into the window, the other does not. */
const FIT_WEIGHT = 0.3;
/** For each doubling of the bytes, and of the files. */
const BYTES_WEIGHT = 0.08;
const FILES_WEIGHT = 0.02;
/** Beyond so many doublings one is as far as the other. */
const DOUBLINGS_MAX = 6;

interface Known {
  readonly input: SelectStrategyInput;
  readonly output: SelectStrategyOutput;
  readonly words: ReadonlySet<string>;
}

/** The stems of a question. Small words are among them: "how many" asks for something else than "which". The values are another each time. */
function wordsOf(query: string): Set<string> {
  const words = tokenise(query).filter(({ text, joined }) => !joined && !/\d/.test(text));
  return new Set(words.map(({ text }) => stemOf(text)));
}

/** Examples of another form are none. */
function knownOf({ input, output }: FewShot): Known[] {
  const given = selectStrategyInputSchema.safeParse(input);
  const right = selectStrategyOutputSchema.safeParse(output);
  if (!given.success || !right.success) return [];
  return [{ input: given.data, output: right.data, words: wordsOf(given.data.query) }];
}

/** Words that stand in few examples tell more than those of all. */
function weightsOf(known: readonly Known[]): (word: string) => number {
  const counts = new Map<string, number>();
  for (const { words } of known) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return (word) => Math.log(1 + known.length / (1 + (counts.get(word) ?? 0)));
}

/** 0 where both say the same, 1 where no word is in both. */
function wordDistance(one: ReadonlySet<string>, other: ReadonlySet<string>, weight: (word: string) => number): number {
  let both = 0;
  let all = 0;
  for (const word of new Set([...one, ...other])) {
    all += weight(word);
    if (one.has(word) && other.has(word)) both += weight(word);
  }
  return all === 0 ? 0 : 1 - both / all;
}

function doublings(one: number, other: number): number {
  return Math.min(DOUBLINGS_MAX, Math.abs(Math.log2(Math.max(1, one) / Math.max(1, other))));
}

function fits({ bytes, window_tokens: windowTokens }: InputFeatures): boolean {
  return fitsDirect({ inputBytes: bytes, windowTokens });
}

function distance(asked: Known['input'], words: ReadonlySet<string>, known: Known, weight: (word: string) => number) {
  const { features } = asked;
  const { features: others } = known.input;
  return (
    wordDistance(words, known.words, weight) +
    (features.kind === others.kind ? 0 : KIND_WEIGHT) +
    (fits(features) === fits(others) ? 0 : FIT_WEIGHT) +
    BYTES_WEIGHT * doublings(features.bytes, others.bytes) +
    FILES_WEIGHT * doublings(features.files, others.files)
  );
}

function byRules({ features }: SelectStrategyInput): SelectableStrategy {
  const none = { namesRelay: false, namesTier: false, paysInEscrow: false };
  const { bytes: inputBytes, window_tokens: windowTokens } = features;
  const { strategyId } = routeOf({ asked: 'auto', hasModel: true, inputBytes, windowTokens, ...none });
  return strategyId.split('.')[0] as SelectableStrategy;
}

interface Prepared {
  readonly known: readonly Known[];
  readonly weight: (word: string) => number;
}

/** The examples of one artifact serve many predictions. */
const prepared = new WeakMap<readonly FewShot[], Prepared>();

function prepare(examples: readonly FewShot[]): Prepared {
  const before = prepared.get(examples);
  if (before !== undefined) return before;
  const known = examples.flatMap(knownOf);
  const made = { known, weight: weightsOf(known) };
  prepared.set(examples, made);
  return made;
}

const NONE: readonly FewShot[] = [];

/** @param examples with what was best; of equally near ones the first counts */
export function selectNearest(input: SelectStrategyInput, examples = NONE): SelectStrategyOutput {
  const { known, weight } = prepare(examples);
  const words = wordsOf(input.query);
  let best: { readonly at: number; readonly output: SelectStrategyOutput } | undefined;
  for (const one of known) {
    const at = distance(input, words, one, weight);
    if (best === undefined || at < best.at) best = { at, output: one.output };
  }
  return best?.output ?? { strategy: byRules(input) };
}
