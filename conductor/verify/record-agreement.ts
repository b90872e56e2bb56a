// Records are compared line by line: who says the same of a line votes for the same value, and to say nothing of it is a vote, too. So
// one slip costs one line and not the answer, and the answer of several voices is put together from the lines on which enough agree.
import { canonicalJson } from '../../protocol/canonical.ts';
import type { LineRecord, RecordsOutput, RecordValue } from '../../protocol/records.ts';
import type { Agreement } from './agreement.ts';
import { scalar } from './json-agreement.ts';

/**
 * Least share of the lines that an answer must have in common with what counts, and of the lines that must be settled at all. An honest
 * voice that gets 5 % of its labels wrong falls below it in 0.3 of 100 chunks of 20 lines, in 3 of 100,000 of 50; one that tosses a coin
 * over two labels passes in 0.6 of 100 of 20 lines, in one of 100,000 of 50 (docs/verification.md).
 */
export const LINES_SHARE_MIN = 0.8;
/** From so many lines on one may differ in any case: of the three or four lines of a sparse chunk an honest voice misses one too often. */
const SLIP_LINES_MIN = 3;

/** Whether `same` of `lines` are enough to say the same. */
export function isCloseEnough(same: number, lines: number): boolean {
  return same >= lines * LINES_SHARE_MIN || (lines >= SLIP_LINES_MIN && same >= lines - 1);
}

/** Those who say the same of one line. */
export interface Side {
  /** Places of the voices, ascending. */
  readonly voices: readonly number[];
  /** What they say; absent where they say nothing of it. */
  readonly record?: LineRecord;
}

/** One line that somebody told, and who said what of it, the largest side first. */
export interface LineVote {
  readonly line: number;
  readonly sides: readonly Side[];
}

/** What several voices came to. */
export interface MergedRecords {
  readonly output: RecordsOutput;
  /** Lines that somebody told. */
  readonly lines: number;
  /** Lines of them on which too few agree: the output says nothing of them. */
  readonly dropped: number;
  /** For each voice the number of the other lines on which it says what counts. */
  readonly same: readonly number[];
}

/** A vote for saying nothing. */
const SILENT = '';

function spelled(value: RecordValue): RecordValue {
  return scalar(value) ?? value;
}

/** Records are compared whenever another voice comes in. */
const keys = new WeakMap<LineRecord, string>();

/** Equal for records that say the same: numbers by value, text but for its spelling. A record of nulls is not the same as none. */
function keyOf(record: LineRecord): string {
  const known = keys.get(record);
  if (known !== undefined) return known;
  const { fields } = record;
  const names = Object.keys(fields).sort();
  const key = JSON.stringify(names.map((name) => [name, typeof fields[name], spelled(fields[name]!)]));
  keys.set(record, key);
  return key;
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Of records that say the same the spelling that most use, whoever came first. */
function commonSpelling(records: readonly LineRecord[]): LineRecord {
  const counts = new Map<string, { readonly record: LineRecord; count: number }>();
  for (const record of records) {
    const text = canonicalJson(record);
    const known = counts.get(text);
    if (known === undefined) counts.set(text, { record, count: 1 });
    else known.count++;
  }
  const [[, most] = []] = [...counts].sort(
    ([one, { count }], [other, { count: otherCount }]) => otherCount - count || compareText(one, other),
  );
  return most?.record ?? records[0]!;
}

/** The first record of each line: a second one is nobody's vote. */
function linesOf({ records }: RecordsOutput): Map<number, LineRecord> {
  const lines = new Map<number, LineRecord>();
  for (const record of records) if (!lines.has(record.line)) lines.set(record.line, record);
  return lines;
}

/** What the outputs say of each line that any of them tells, in the order of the lines. */
export function voteByLine(outputs: readonly RecordsOutput[]): LineVote[] {
  const told = outputs.map(linesOf);
  const lines = [...new Set(told.flatMap((records) => [...records.keys()]))].sort((one, other) => one - other);
  return lines.map((line) => ({ line, sides: sidesOf(told.map((records) => records.get(line))) }));
}

function sidesOf(said: readonly (LineRecord | undefined)[]): Side[] {
  const sides = new Map<string, { readonly voices: number[]; readonly records: LineRecord[] }>();
  said.forEach((record, voice) => {
    const key = record === undefined ? SILENT : keyOf(record);
    const side = sides.get(key) ?? { voices: [], records: [] };
    sides.set(key, side);
    side.voices.push(voice);
    if (record !== undefined) side.records.push(record);
  });
  const ranked = [...sides].sort(
    ([key, one], [otherKey, other]) => other.voices.length - one.voices.length || compareText(key, otherKey),
  );
  return ranked.map(([key, { voices, records }]) =>
    key === SILENT ? { voices } : { voices, record: commonSpelling(records) },
  );
}

/**
 * Puts the answer together from the side that counts on each line.
 * @param votes of `voteByLine`
 * @param chosen for each vote the place of the side that counts; undefined where none does
 * @param voices how many there are
 */
export function mergeRecords(
  votes: readonly LineVote[],
  chosen: readonly (number | undefined)[],
  voices: number,
): MergedRecords {
  const same = new Array<number>(voices).fill(0);
  const records: LineRecord[] = [];
  let settled = 0;
  votes.forEach(({ sides }, at) => {
    const side = sides[chosen[at] ?? -1];
    if (side === undefined) return;
    settled++;
    for (const voice of side.voices) same[voice]!++;
    if (side.record !== undefined) records.push(side.record);
  });
  return { output: { records }, lines: votes.length, dropped: votes.length - settled, same };
}

/** Whether two answers of one chunk say the same of enough of the lines that either tells. Symmetric. */
export function agreeRecords(left: RecordsOutput, right: RecordsOutput): Agreement {
  const votes = voteByLine([left, right]);
  const same = votes.filter(({ sides }) => sides.length === 1).length;
  const share = votes.length === 0 ? 1 : same / votes.length;
  if (isCloseEnough(same, votes.length)) return { agrees: true, score: Math.max(0.5, share) };
  const reason = `records: the same on ${same} of ${votes.length} lines`;
  return { agrees: false, score: Math.min(share, 0.49), reason };
}
