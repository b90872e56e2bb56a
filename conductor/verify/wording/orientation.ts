// Which of two things a sentence puts first, whatever its voice and its order of words: "ann paid bob", "bob was paid by
// ann" and "to bob ann paid 5 dollars" all lead from ann to bob. Each turn of the sentence (a passive, "from", a clause put
// in front, a word that says the same from the other end) turns the order of the words round once.
import type { Reading, Token } from './reading.ts';

/** From the first to the second, the other way round, not to be told from this sentence, or named side by side, or one is where it happens. */
export type Orientation = 1 | -1 | 0 | 'joined' | 'place';

/** Under these stands where something leads, or what it is held against. */
const GOALS = new Set(['to', 'into', 'onto', 'for', 'than', 'before', 'after', 'against', 'over', 'with', 'without']);
/** A clause that begins with one of these tells what comes first, and may stand before or after the other. */
const CONDITIONS = new Set([
  'when',
  'because',
  'since',
  'once',
  'if',
  'although',
  'until',
  'while',
  'unless',
  'whenever',
]);
/** Of these, what tells of something that comes before the rest. */
const CAUSES = new Set(['when', 'because', 'since', 'once', 'if', 'whenever']);
/** The clause after one of these is what follows from the one before it. */
const RESULTS = new Set(['so', 'therefore', 'why', 'whereupon', 'thus', 'hence']);
/** Where or when something is said of the two, which leads nowhere. */
const PLACES = new Set(['in', 'on', 'at']);
/** What these are on is no place. */
const RELYING = new Set(['depend', 'reli', 'base', 'built', 'wait']);
/** Words round a number that tell that it holds no more, or from now on. */
const FORMERLY = new Set(['before', 'previously', 'formerly', 'earlier', 'originally', 'previous', 'old', 'former']);
const NOW = new Set(['now', 'currently', 'new', 'today']);
const STAGE_REACH = 4;
/** With these, what stands under "with" is no companion. */
const INSTEAD = new Set(['replac', 'substitut', 'compar', 'swap']);
const RELATIVES = new Set(['which', 'that', 'who', 'what', 'where']);
const COMPARING = new Set(['compar', 'unlik']);
/** In front of a thing these put it first although it comes second. */
const BEHIND = new Set(['after', 'behind', 'below', 'under', ...CAUSES]);
const JOINTS = new Set(['and', 'or', 'nor', 'but', 'while', 'whereas']);
/** Numbers and moments have an order only where one of these says so: "5 errors, 3 warnings" may stand either way. */
const ORDERING = new Set(['from', 'to', 'than', 'of', 'over', 'under', 'above', 'below', 'by', 'before', 'after']);

const VERSION = /^v?\d+(?:\.\d+){1,2}(?![\d.])/;
const isMeasure = ({ kind }: Token) => kind === 'number' || kind === 'moment';
const isEnd = ({ meaning }: Token) => meaning?.kind === 'converse' && meaning.opposite;

/** The two mentions that stand closest, in one sentence; -1 where there are none. */
function closest(tokens: readonly Token[], one: readonly number[], other: readonly number[]): [number, number] {
  let best: [number, number] = [-1, -1];
  for (const left of one)
    for (const right of other)
      if (tokens[left]!.sentence === tokens[right]!.sentence)
        if (best[0] < 0 || Math.abs(left - right) < Math.abs(best[0] - best[1])) best = [left, right];
  return best;
}

/** Whether a passive leads to "by": not in "ann undid the change by bob". */
function isAgent(tokens: readonly Token[], low: number, high: number): boolean {
  if (tokens[high]!.role !== 'by') return false;
  const between = tokens.slice(low + 1, high);
  return between.some(({ passive }) => passive) || !/ed$|^undid$|^made$|^did$/.test(between[0]?.key ?? '');
}

/** Whether the clause of the token at `index` hangs on another, as far as is read before it. */
function hangs(tokens: readonly Token[], index: number): boolean {
  const { clause } = tokens[index]!;
  for (let at = index - 1; at >= 0 && tokens[at]!.clause === clause; at--)
    if (CONDITIONS.has(tokens[at]!.key) || tokens[at]!.key === 'after' || tokens[at]!.key === 'before') return true;
  return false;
}

/** Whether the thing at `index` only says where or when: "in lyon", not "depends on it". */
function isPlace(tokens: readonly Token[], index: number): boolean {
  const { role } = tokens[index]!;
  if (role !== 'on') return PLACES.has(role ?? '');
  for (let back = index - 1; back >= Math.max(0, index - 3); back--)
    if (tokens[back]!.key === 'on') return !RELYING.has(tokens[back - 1]?.stem ?? '');
  return true;
}

/** Whether they stand side by side in a list, "ann and bob", or in two claims, "ann wrote it and bob read it". */
function joint(between: readonly Token[], high: Token): Orientation | undefined {
  if (!between.some(({ key }) => JOINTS.has(key))) return undefined;
  if (between.every(({ stop, kind }) => stop && kind === 'word')) return 'joined';
  return high.role === undefined || between.every(({ stop, kind }) => stop || kind !== 'word') ? 0 : undefined;
}

/** "Only when it is set does that work": the clause put in front ends without a comma. */
function isOnly(tokens: readonly Token[], index: number): boolean {
  return tokens.find(({ sentence }) => sentence === tokens[index]!.sentence)?.key === 'only';
}

/** Whether nothing with content stands before the preposition of the token at `index` in its clause: "to bob ann paid …". */
function isInFront(tokens: readonly Token[], index: number): boolean {
  const { clause, role } = tokens[index]!;
  if (role === undefined) return false;
  for (let at = index - 1; at >= 0 && tokens[at]!.clause === clause; at--)
    if (!tokens[at]!.stop && !COMPARING.has(tokens[at]!.stem)) return false;
  return true;
}

/** Whether the two stand in clauses of which neither depends on the other: "ann has 3 files, bob has 5". */
function areApart(first: Token, second: Token, between: readonly Token[], fronted: boolean): boolean {
  if (first.clause === second.clause || fronted) return false;
  return !between.some(
    ({ key }) => RESULTS.has(key) || CONDITIONS.has(key) || RELATIVES.has(key) || key === 'before' || key === 'after',
  );
}

/** Whether the order of two numbers or moments means something. */
function isOrdered(first: Token, second: Token, between: readonly Token[]): boolean {
  if (ORDERING.has(first.role ?? '') || ORDERING.has(second.role ?? '')) return true;
  return between.some(({ meaning }) => meaning?.kind === 'converse' || meaning?.concept === 'contrast:more');
}

/** Whether a number is what was before or what is now: "from 3", "down from 3", "it was 3 before", "3 now", "to 3". */
function stageOf(tokens: readonly Token[], index: number): 'old' | 'new' | undefined {
  const { role, clause } = tokens[index]!;
  if (role === 'from') return 'old';
  if (role === 'to' || role === 'by') return role === 'to' ? 'new' : undefined;
  for (const step of [1, -1]) {
    for (let at = index + step; Math.abs(at - index) <= STAGE_REACH; at += step) {
      const token = tokens[at];
      if (token === undefined || token.clause !== clause || isMeasure(token)) break;
      if (FORMERLY.has(token.key)) return 'old';
      if (NOW.has(token.key)) return 'new';
    }
  }
  return undefined;
}

/** Of two numbers or versions, where one was before and the other is now. */
function stagesOf(tokens: readonly Token[], low: number, high: number): 1 | -1 | undefined {
  const [first, second] = [stageOf(tokens, low), stageOf(tokens, high)];
  if (first === second) return undefined;
  return first === 'old' || second === 'new' ? 1 : -1;
}

/** How the sentence leads from the things at `one` to those at `other` (places among the tokens). */
export function orientationOf({ tokens }: Reading, one: readonly number[], other: readonly number[]): Orientation {
  const [left, right] = closest(tokens, one, other);
  if (left < 0) return 0;
  const [low, high] = left < right ? [left, right] : [right, left];
  const [first, second] = [tokens[low]!, tokens[high]!];
  const between = tokens.slice(low + 1, high);
  if (first.kind === 'number' || VERSION.test(first.key)) {
    const staged = stagesOf(tokens, low, high);
    if (staged !== undefined) return left < right ? staged : (-staged as Orientation);
  }
  const hung = hangs(tokens, low) && (first.clause === second.clause ? isOnly(tokens, low) : !hangs(tokens, high));
  const inFront = first.role !== second.role && isInFront(tokens, low);
  const fronted = inFront && GOALS.has(first.role ?? '');
  // "The session 52 of ann" and "ann's session 52".
  if (between.length === 0 || (second.role === 'of' && !isMeasure(first) && between.every(({ stop }) => stop)))
    return 'joined';
  const side = joint(between, second);
  if (side !== undefined) return side;
  if (second.role === 'with' && !between.some(({ stem }) => INSTEAD.has(stem))) return 'joined';
  if (areApart(first, second, between, hung || inFront)) return 0;
  if (isPlace(tokens, low) || isPlace(tokens, high)) return 'place';
  if (
    first.role !== undefined &&
    first.role !== 'of' &&
    first.role === second.role &&
    !between.some(({ key }) => key === 'than')
  )
    return 0;
  const measured = isMeasure(first);
  if (measured && !isOrdered(first, second, between)) return 0;
  let turns = left > right ? 1 : 0;
  if (!measured && isAgent(tokens, low, high)) turns++;
  else if (first.role !== 'by') {
    if (second.role === 'from' || (measured ? first.role === 'of' : fronted) || hung) turns++;
  }
  if (measured && between.some(({ key }) => key === 'instead')) turns++;
  // "The header that main.c includes": what is included stands first.
  if (between.length === 1 && RELATIVES.has(between[0]!.key)) turns++;
  return (turns + endsRound(tokens, low, high)) % 2 === 0 ? 1 : -1;
}

/** How many words see what relates the two from the other end. */
function endsRound(tokens: readonly Token[], low: number, high: number): number {
  const [first, second] = [tokens[low]!, tokens[high]!];
  const before = tokens
    .slice(0, low)
    .filter(({ sentence, clause }) => sentence === first.sentence && clause === first.clause);
  const between = tokens.slice(low + 1, high);
  // "Compared with ann, bob is smaller".
  const behind = isInFront(tokens, low)
    ? tokens.slice(high + 1).filter(({ clause, role }) => clause === second.clause && role === undefined)
    : [];
  return (
    before.filter(({ key }) => BEHIND.has(key)).length +
    between.filter((token) => isEnd(token) || CAUSES.has(token.key)).length +
    behind.filter((token) => isEnd(token) && !BEHIND.has(token.key)).length
  );
}
