// Which words a text denies. "Not", "no" and the like deny the content words after them in their clause; "failed to" denies
// what it introduces; opposites of the lexicon deny themselves. What cannot be decided counts as both.
import { DENIALS, EXCEPTIONS, FAILING, LIMITING, NEGATIVE, ROLE_WORDS, UNDOING, UNLESS } from './lexicon.ts';
import type { Token } from './reading.ts';

/** How a word of the text is meant, by its place among the tokens. */
export type Sign = '+' | '-' | '?';

export interface Denial {
  readonly signs: readonly Sign[];
  /** True when a word denies something ("not", "no"). */
  readonly explicit: boolean;
  /** True when a word denies something by what it means: "not", "blocked", "impossible". */
  readonly strong: boolean;
  /** How many words do, one before "if" aside; with those of which the lexicon says that they deny another. */
  readonly count: number;
  /** True when something is denied at all, also by "failed", "missing", "only". */
  readonly implied: boolean;
  /** True when something is limited to what is said: "only", "just". */
  readonly limited: boolean;
  /** True when a denial was taken back ("nobody but", "no … larger than"), so that its count says nothing. */
  readonly takenBack: boolean;
}

const ONLY = new Set(['only', 'just', 'merely']);

/** Content words that one denial reaches: "was not found in the cache of the relay" denies "found", hardly "relay". */
const REACH = 4;
const COMPARATIVE = /^(?:more|less|fewer|\w{3,}er)$/;

/** Where the clause of the token at `index` ends; a denial does not reach past it. */
function clauseEnd(tokens: readonly Token[], index: number): number {
  const { clause } = tokens[index]!;
  let end = index + 1;
  while (end < tokens.length && tokens[end]!.clause === clause) end++;
  return end;
}

/** "No request may be larger than …", "nobody but …", "not only": nothing is denied after all. */
function isTakenBack(tokens: readonly Token[], index: number, end: number): boolean {
  const next = tokens[index + 1];
  if (next !== undefined && (EXCEPTIONS.has(next.key) || next.key === 'only')) return true;
  if (tokens[index]!.key === 'not') return false;
  for (let at = index + 1; at + 1 < end; at++)
    if (COMPARATIVE.test(tokens[at]!.key) && tokens.slice(at + 1, end).some(({ key }) => key === 'than')) return true;
  return false;
}

/** "Has no effect unless it is set": it has one only if it is set, and nothing is denied. */
function isOnlyIf(tokens: readonly Token[], index: number): boolean {
  const own = tokens.filter(({ sentence }) => sentence === tokens[index]!.sentence);
  return own.some(({ key }) => UNLESS.has(key)) && own.some(({ key }) => DENIALS.has(key));
}

/** Words between which a new predicate begins: "fields that are not known must be ignored". */
const PREDICATES = new Set(
  'is are was were be has have had must may can will shall should would could might does do did'.split(' '),
);
/** Denials of a verb end where the next predicate begins; those of a thing ("no file was found") do not. */
const OF_VERBS = new Set(['not', 'never', 'cannot', 'hardly', 'without']);

/** Places of the words that the denial at `index` reaches, and whether it is sure to mean them. */
function reachOf(tokens: readonly Token[], index: number, end: number): { at: number; sure: boolean }[] {
  const ofVerb = OF_VERBS.has(tokens[index]!.key) || tokens[index + 1]?.key === 'longer';
  const reached: number[] = [];
  for (let at = index + 1; at < end && reached.length < REACH; at++) {
    const token = tokens[at]!;
    if (ofVerb && reached.length > 0 && PREDICATES.has(token.key)) break;
    if (token.stop || token.kind !== 'word' || ROLE_WORDS.has(token.key) || token.key.endsWith('ly')) continue;
    reached.push(at);
  }
  // "Did not find the file" and "no file was found" deny the finding; what they say of the file others may say in other ways.
  const verb = ofVerb ? -1 : reached.findIndex((at, place) => place > 0 && isPredicateBetween(tokens, reached[0]!, at));
  return reached.map((at, place) => ({ at, sure: place === Math.max(0, verb) && !LIGHT_VERBS.has(tokens[at]!.stem) }));
}

function isPredicateBetween(tokens: readonly Token[], from: number, to: number): boolean {
  return tokens.slice(from + 1, to).some(({ key }) => PREDICATES.has(key));
}

/** Verbs that only carry what is denied: "found no effect" and "no effect was found". */
const LIGHT_VERBS = new Set(['find', 'found', 'show', 'shown', 'see', 'seen', 'detect', 'give', 'gave', 'have']);

/** True where the word at `index` denies what comes after it. */
function isDenial(tokens: readonly Token[], index: number): boolean {
  const { key, kind } = tokens[index]!;
  if (kind !== 'word') return false;
  if (DENIALS.has(key) || UNLESS.has(key)) return true;
  return FAILING.has(key) && (tokens[index + 1]?.key === 'to' || tokens[index + 2]?.key === 'to');
}

/** "If it is not set": nothing is denied, a case is named. */
function isConditional(tokens: readonly Token[], index: number): boolean {
  const { clause } = tokens[index]!;
  for (let at = index; at >= 0 && tokens[at]!.clause === clause; at--) if (CONDITIONS.has(tokens[at]!.key)) return true;
  return false;
}
const CONDITIONS = new Set(['if', 'when', 'whenever', 'unless']);

/** Concepts that undo what stands beside them when they are so: "the start failed", "reading is not allowed", "lost its link". */
function undoes({ meaning, stem }: Token, denied: boolean): boolean {
  if (UNDOING.has(stem)) return true;
  return denied && (meaning?.concept === 'polar:succeed' || meaning?.concept === 'polar:allow');
}

export function markDenials(tokens: readonly Token[]): Denial {
  const flips = new Uint8Array(tokens.length);
  const unsure = new Uint8Array(tokens.length);
  let explicit = false;
  let strong = false;
  let count = 0;
  let implied = false;
  let takenBack = false;
  tokens.forEach((token, index) => {
    if (LIMITING.has(token.key) || UNDOING.has(token.stem) || NEGATIVE.has(token.stem)) implied = true;
    if (!isDenial(tokens, index)) return;
    const end = clauseEnd(tokens, index);
    if (isTakenBack(tokens, index, end) || isOnlyIf(tokens, index)) {
      takenBack = true;
      return;
    }
    if (isConditional(tokens, index)) implied = true;
    else if (!UNLESS.has(token.key)) {
      explicit = true;
      count++;
    }
    for (const { at, sure } of reachOf(tokens, index, end)) {
      flips[at] = flips[at]! ^ 1;
      if (!sure) unsure[at] = 1;
    }
  });
  const undone = new Map<number, Token>();
  const denying = new Set(tokens.flatMap((token, index) => (isDenial(tokens, index) ? [token.clause] : [])));
  const signs = tokens.map((token, index): Sign => {
    const { meaning, clause } = token;
    const opposite =
      meaning !== undefined && (meaning.kind === 'polar' || meaning.kind === 'contrast') && meaning.opposite;
    const denied = (flips[index] === 1) !== opposite;
    if (denied && meaning !== undefined && meaning.kind !== 'plain' && meaning.kind !== 'converse') implied = true;
    if (meaning?.kind === 'polar' && meaning.opposite && !isDenial(tokens, index)) {
      count++;
      strong ||= flips[index] === 0 && !isConditional(tokens, index);
    }
    if (undoes(token, denied)) undone.set(clause, token);
    return unsure[index] === 1 ? '?' : denied ? '-' : '+';
  });
  return {
    signs: signs.map((sign, index) => {
      const token = tokens[index]!;
      const by = undone.get(token.clause);
      const carried = LIGHT_VERBS.has(token.stem) && denying.has(token.clause);
      return carried || (by !== undefined && by !== token) ? '?' : sign;
    }),
    explicit,
    strong: strong || explicit,
    count,
    implied: implied || explicit,
    limited: tokens.some(({ key }) => ONLY.has(key)),
    takenBack,
  };
}
