// What must match to the letter where it stands in text: numbers with their units, dates, times, and identifiers (paths,
// addresses, codes, versions, hashes, camelCase). A piece of text between two spaces is read as one of these, or is a word.
import { normaliseNumber } from './normalise.ts';

export interface Literal {
  readonly kind: 'number' | 'moment' | 'identifier';
  /** The one spelling. */
  readonly key: string;
}

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const MONTH = '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\\.?';
const DAY_FIRST = new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th)? (?:of )?${MONTH},? (\\d{4})\\b`, 'gi');
const MONTH_FIRST = new RegExp(`\\b${MONTH} (\\d{1,2})(?:st|nd|rd|th)?,? (\\d{4})\\b`, 'gi');
const SLASHED = /\b(\d{4})[/.](\d{2})[/.](\d{2})\b/g;
const ISO_JOINT = /\b(\d{4}-\d{2}-\d{2})T(?=\d{2}:\d{2})/g;
const HALF_DAY = /\b(\d{1,2})(?::(\d{2}))? ?([ap])\.?m\b\.?/gi;

const two = (digits: string | number) => String(digits).padStart(2, '0');
const dateOf = (year: string, month: string, day: string) =>
  `${year}-${two(MONTHS.indexOf(month.slice(0, 3).toLowerCase()) + 1)}-${two(day)}`;

/** Writes dates as 2024-03-05 and times as 15:04: "March 5, 2024, 3:04 pm" says the same. */
export function normaliseMoments(text: string): string {
  if (!/\d/.test(text)) return text;
  return text
    .replace(DAY_FIRST, (_, day: string, month: string, year: string) => dateOf(year, month, day))
    .replace(MONTH_FIRST, (_, month: string, day: string, year: string) => dateOf(year, month, day))
    .replace(SLASHED, '$1-$2-$3')
    .replace(ISO_JOINT, '$1 ')
    .replace(HALF_DAY, (_, hour: string, minute: string | undefined, half: string) => {
      const hours = (Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
      return `${two(hours)}:${minute ?? '00'}`;
    });
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?Z?$/;

/** Number words. Small ones are often left out or added ("both", "one of them"), so they only count against another number. */
const NUMBER_WORDS = new Map<string, number>(
  'zero one two three four five six seven eight nine ten eleven twelve'.split(' ').map((word, value) => [word, value]),
);
for (const [at, word] of 'twenty thirty forty fifty sixty seventy eighty ninety hundred'.split(' ').entries())
  NUMBER_WORDS.set(word, (at + 2) * 10);
NUMBER_WORDS.set('thousand', 1_000).set('million', 1_000_000);
NUMBER_WORDS.set('twice', 2).set('thrice', 3);

/** The value of a number word. */
export function numberWord(word: string): number | undefined {
  return NUMBER_WORDS.get(word);
}

/** Unit → its name and how many of it make one of the base unit: durations are compared in milliseconds. */
const UNITS = new Map<string, readonly [name: string, factor: number]>();
function unit(name: string, factor: number, spellings: string): void {
  for (const spelling of spellings.split(' ')) UNITS.set(spelling, [name, factor]);
}
unit('ms', 1, 'ms msec msecs millisecond milliseconds');
unit('ms', 1_000, 's sec secs second seconds');
unit('ms', 60_000, 'min mins minute minutes');
unit('ms', 3_600_000, 'h hr hrs hour hours');
unit('ms', 86_400_000, 'd day days');
unit('us', 1, 'us µs microsecond microseconds');
unit('%', 1, '% percent pct');
unit('B', 1, 'b byte bytes');
for (const size of ['kb', 'mb', 'gb', 'tb', 'kib', 'mib', 'gib', 'tib']) unit(size, 1, size);
unit('sat', 1, 'sat sats satoshi satoshis');
unit('deg', 1, 'degree degrees °c °f');
unit('hz', 1, 'hz hertz');

/** The number with its unit in the one spelling, and the number as written; undefined when the word is no unit. */
export function withUnit(number: string, word: string): string | undefined {
  const known = UNITS.get(word);
  if (known === undefined) return undefined;
  const [name, factor] = known;
  const value = factor === 1 ? number : String(Number(number) * factor);
  return `${value} ${name} ${number}`;
}

const NUMBER_AND_UNIT = /^([+-]?[\d.,'_]*\d)([a-zA-Zµ°%]{1,3})$/;
const ORDINAL = /^(\d+)(?:st|nd|rd|th)$/i;
const VERSION = /^v?(\d+(?:\.\d+)+(?:[-+][\w.]+)?)$/i;
/** Inside a piece: what no ordinary word has. */
const MARKED = /[\d_\\@#$=<>~^|]|[\w)][./:]{1,2}[\w(]|^[./~]\S|^--?[a-zA-Z]|[a-z][A-Z]|[A-Z]{2}[a-z]+[A-Z]|\w\(\)$/;
/** Pairs of words with a stroke between them are no path. */
const WORD_PAIR = /^[a-z]+\/[a-z]+$/i;
const WORD_PAIRS = new Set(['and/or', 'read/write', 'input/output', 'on/off', 'yes/no', 'true/false', 'client/server']);

/** The literal that a piece of text (without the punctuation round it) is; undefined for a word. */
export function literalOf(piece: string): Literal | undefined {
  const first = piece.charCodeAt(0);
  const number = first < 58 ? normaliseNumber(piece) : undefined;
  if (number !== undefined) return { kind: 'number', key: number };
  if (!MARKED.test(piece)) return undefined;
  if (DATE.test(piece) || TIME.test(piece)) return { kind: 'moment', key: piece.replace(/Z$/, '') };
  const ordinal = ORDINAL.exec(piece);
  if (ordinal) return { kind: 'number', key: normaliseNumber(ordinal[1]!)! };
  const measured = NUMBER_AND_UNIT.exec(piece);
  const measure = measured ? normaliseNumber(measured[1]!) : undefined;
  const key = measure === undefined ? undefined : withUnit(measure, measured![2]!.toLowerCase());
  if (key !== undefined) return { kind: 'number', key };
  const version = VERSION.exec(piece);
  if (version) return { kind: 'identifier', key: version[1]!.toLowerCase() };
  if (WORD_PAIR.test(piece) && WORD_PAIRS.has(piece.toLowerCase())) return undefined;
  return { kind: 'identifier', key: piece.replace(/\(\)$/, '').toLowerCase() };
}
