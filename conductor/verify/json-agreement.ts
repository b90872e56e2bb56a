// Whether two JSON answers of any signature say the same: keys and values exact after normalising, lists as sets unless
// the field says that its order counts, sentences by the gates of free text. A list that is cut off never agrees.
import { canonicalJson } from '../../protocol/canonical.ts';
import type { Agreement } from './agreement.ts';
import { agreeText, type TextThresholds } from './text-agreement.ts';
import { normaliseMoments } from './wording/literals.ts';
import { normaliseNumber, normaliseText } from './wording/normalise.ts';

export interface JsonRules {
  /** Names of the list fields whose order counts. */
  readonly ordered?: ReadonlySet<string>;
  /** Of the sentences in it; those of `agreeText` where left out. */
  readonly thresholds?: TextThresholds;
}

/** Strings of which neither has as many words are values, not sentences, and must be the same but for spelling. */
const SENTENCE_WORDS_MIN = 4;
const FRAGMENT_WORDS_MIN = 2;
/** Longer lists agree only item by item in canonical form: matching sentences costs the square of their number. */
const MATCHED_ITEMS_MAX = 64;

const AGREED: Agreement = Object.freeze({ agrees: true, score: 1 });
const differ = (path: string, what: string): Agreement => ({
  agrees: false,
  score: 0,
  reason: path === '' ? what : `${path}: ${what}`,
});

/**
 * Compares two JSON values. The number 1606 is equal to "1,606" and "1606.0"; true is not "true"; a member that is missing
 * is not null. Symmetric.
 * @throws PylonError `result-invalid` for what is nested too deep
 */
export function agreeJson(left: unknown, right: unknown, rules: JsonRules = {}): Agreement {
  if (canonicalJson(left) === canonicalJson(right)) return AGREED;
  return compareValues(left, right, '', rules);
}

function compareValues(left: unknown, right: unknown, path: string, rules: JsonRules): Agreement {
  if (left === right) return AGREED;
  if (Array.isArray(left) && Array.isArray(right)) return compareLists(left, right, path, rules);
  if (isRecord(left) && isRecord(right)) return compareRecords(left, right, path, rules);
  const [one, other] = [scalar(left), scalar(right)];
  if (one === undefined || other === undefined) return differ(path, 'not of the same kind');
  if (one === other) return AGREED;
  if (typeof left !== 'string' || typeof right !== 'string' || !areSentences(one, other))
    return differ(path, `${one.slice(0, 60)} is not ${other.slice(0, 60)}`);
  const found = agreeText(left, right, undefined, rules.thresholds);
  return found.agrees ? found : { ...found, reason: path === '' ? found.reason! : `${path}: ${found.reason}` };
}

/** Numbers and texts in one spelling; undefined for what must be the very same. */
export function scalar(value: unknown): string | undefined {
  if (typeof value === 'number') return normaliseNumber(String(value)) ?? String(value);
  if (typeof value !== 'string') return undefined;
  const plain = normaliseText(value);
  return normaliseNumber(plain) ?? normaliseMoments(plain);
}

function areSentences(one: string, other: string): boolean {
  const [fewer, more] = [wordsIn(one), wordsIn(other)].sort((least, most) => least - most);
  return more! >= SENTENCE_WORDS_MIN && fewer! >= FRAGMENT_WORDS_MIN;
}

function wordsIn(text: string): number {
  return text.split(' ').filter((word) => /\p{L}{2}/u.test(word)).length;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function membersOf(value: Record<string, unknown>): Map<string, unknown> {
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return new Map(members.map(([key, member]) => [key.normalize('NFC'), member]));
}

function compareRecords(
  left: Record<string, unknown>,
  right: Record<string, unknown>,
  path: string,
  rules: JsonRules,
): Agreement {
  const [ones, others] = [membersOf(left), membersOf(right)];
  const lone = [...ones.keys()].find((key) => !others.has(key)) ?? [...others.keys()].find((key) => !ones.has(key));
  if (lone !== undefined) return differ(path, `the member ${lone.slice(0, 60)} stands in one of them only`);
  return mean([...ones].map(([key, member]) => compareValues(member, others.get(key), joined(path, key), rules)));
}

function joined(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

/** All must agree; the score is their mean. */
function mean(parts: readonly Agreement[]): Agreement {
  const fault = parts.find(({ agrees }) => !agrees);
  if (fault !== undefined) return fault;
  return { agrees: true, score: parts.reduce((sum, { score }) => sum + score, 0) / Math.max(1, parts.length) };
}

function compareLists(left: readonly unknown[], right: readonly unknown[], path: string, rules: JsonRules): Agreement {
  if (left.length !== right.length) return differ(path, `${left.length} items against ${right.length}`);
  const field = path.slice(path.lastIndexOf('.') + 1).replace(/\[.*/, '');
  if (rules.ordered?.has(field))
    return mean(left.map((item, at) => compareValues(item, right[at], `${path}[${at}]`, rules)));
  const rest = new Map<string, unknown[]>();
  for (const item of right) rest.set(canonicalJson(item), [...(rest.get(canonicalJson(item)) ?? []), item]);
  const unmatched = left.filter((item) => rest.get(canonicalJson(item))?.pop() === undefined);
  const others = [...rest.values()].flat();
  if (unmatched.length > MATCHED_ITEMS_MAX) return differ(path, 'long lists that are not the same');
  const same: Agreement[] = left.slice(unmatched.length).map(() => AGREED);
  const paired = pairUp(unmatched, others, path, rules);
  return paired === undefined ? differ(path, 'an item of one has no counterpart') : mean([...same, ...paired]);
}

/** A partner that agrees for every item (augmenting paths), or undefined when there is none. */
function pairUp(
  left: readonly unknown[],
  right: readonly unknown[],
  path: string,
  rules: JsonRules,
): Agreement[] | undefined {
  const table = left.map((item, row) => right.map((other) => compareValues(item, other, `${path}[${row}]`, rules)));
  const takenBy: (number | undefined)[] = right.map(() => undefined);
  const seat = (row: number, visited: Set<number>): boolean =>
    right.some((_, column) => {
      if (!table[row]![column]!.agrees || visited.has(column)) return false;
      visited.add(column);
      const holder = takenBy[column];
      if (holder !== undefined && !seat(holder, visited)) return false;
      takenBy[column] = row;
      return true;
    });
  if (!left.every((_, row) => seat(row, new Set()))) return undefined;
  return takenBy.map((row, column) => table[row!]![column]!);
}
