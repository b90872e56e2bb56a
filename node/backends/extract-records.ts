// Records without a model: what a line says literally. A value that is listed and stands in the line, or one that stands there under the
// name of its field, is read off; all else is null, and a line with nothing to read has no record. The question's meaning it does not know.
import { ownLines } from '../../conductor/signatures/chunk-context.ts';
import { readValue } from '../../conductor/verify/record-values.ts';
import type { FieldSpec, LineRecord, RecordsInput, RecordsOutput, RecordValue } from '../../protocol/records.ts';

/** Reads the value of one field off a line; null where the line does not say it. */
type Reader = (line: string) => RecordValue;

/** Longer lines are read this far: names and values stand near their beginning, and every field looks at all of it. */
const LINE_CHARS_MAX = 8_192;

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
/** A name as people write it: `user_id`, `userId`, `User ID`, `user-id`. */
const named = (name: string) => name.split('_').map(escaped).join('[ _-]?');

/** A quoted value, quotes included. */
const QUOTED = String.raw`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'`;
/** `name=value` and `"name":value`: up to white space or what separates members. */
const WORD = String.raw`[^\s,;|&"'(){}[\]]+`;
/** `Name: value`: up to a mark that begins the next member. */
const PHRASE = String.raw`(?:(?!\s*(?:[|;\t]|\s\s|,\s*["']?[\w-]+["']?\s*[:=])).)+`;

/** A number, with a sign of money or a unit; not the beginning of a version or an address. */
const NUMBER = String.raw`[$€£¥]?[+-]?(?:\d{1,3}(?:[,_']\d{3})+|\d+)(?:\.\d+)?(?:e[+-]?\d{1,3})?(?:%|[a-zµ]{1,8})?(?![\p{L}\p{N}]|[.,:-]\d)`;

const MONTH = String.raw`(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?`;
const DATE = String.raw`\d{4}-\d{2}-\d{2}|\d{4}/\d{2}/\d{2}|${MONTH} \d{1,2}(?:st|nd|rd|th)?,? \d{4}|\d{1,2} ${MONTH} \d{4}`;
const TIME = String.raw`\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?`;
const MOMENT = new RegExp(String.raw`(?<![\w-])(?:(?:${DATE})(?:[T ]${TIME})?)(?![\w-])`);
const DAY = new RegExp(String.raw`(?<![\w-])(?:${DATE})`);
const CLOCK = new RegExp(String.raw`(?<![\d:.-])${TIME}(?![\d:])`);
/** Fields whose value is told by its form, where nothing stands under their name. */
const BY_FORM: readonly (readonly [name: RegExp, form: RegExp])[] = [
  [/(?:^|_)(?:timestamp|datetime|moment)$/, MOMENT],
  [/(?:^|_)(?:date|day)$/, DAY],
  [/(?:^|_)(?:time|clock)$/, CLOCK],
];

const formOf = (name: string) => BY_FORM.find(([names]) => names.test(name))?.[1];

/** What stands under a field's name: quoted, or up to where it ends. Undefined where the name does not stand in the line. */
function underName({ name, type, values }: FieldSpec): (line: string) => string | undefined {
  const key = String.raw`(?<![\p{L}\p{N}_.-])["']?${named(name)}["']?`;
  const form = formOf(name);
  const exact = [
    ...(values === undefined ? [] : [oneOf(values)]),
    QUOTED,
    ...(form === undefined ? [] : [form.source]),
  ];
  if (type === 'number') exact.push(NUMBER);
  // What is one of a list, a number or a flag ends with its word; other text may be several words where a colon begins it.
  const isPhrase = type === 'string' && values === undefined;
  const tight = new RegExp(String.raw`${key}\s?=\s?(${[...exact, WORD].join('|')})`, 'iu');
  const loose = new RegExp(String.raw`${key}\s?:\s*(${[...exact, isPhrase ? PHRASE : WORD].join('|')})`, 'iu');
  return (line) => {
    const found = (tight.exec(line) ?? loose.exec(line))?.[1];
    return found === undefined ? undefined : unquoted(found);
  };
}

function unquoted(text: string): string {
  const mark = text[0];
  if ((mark !== '"' && mark !== "'") || !text.endsWith(mark) || text.length < 2) return text.trim();
  if (mark === "'") return text.slice(1, -1).replace(/\\(.)/g, '$1');
  try {
    return String(JSON.parse(text));
  } catch {
    return text.slice(1, -1); // escapes that JSON does not know: the text as it stands
  }
}

/** Any of the values as a word of its own; of two that begin alike the longer one. */
function oneOf(values: readonly string[]): string {
  const longestFirst = [...values].sort((one, other) => other.length - one.length);
  const spaced = longestFirst.map((value) => escaped(value.trim()).replace(/\s+/g, String.raw`\s+`));
  return String.raw`(?<![\p{L}\p{N}_])(?:${spaced.join('|')})(?![\p{L}\p{N}_])`;
}

/** The one value of the list that stands in the line; null where none does, or several. */
function literally(field: FieldSpec, values: readonly string[]): Reader {
  const pattern = new RegExp(oneOf(values), 'giu');
  return (line) => {
    const found = new Set(Array.from(line.matchAll(pattern), ([text]) => readValue(field, text)));
    const [only = null] = found;
    return found.size === 1 ? only : null;
  };
}

function readerOf(field: FieldSpec): Reader {
  const { name, values } = field;
  const under = underName(field);
  const form = formOf(name);
  const elsewhere: Reader =
    values !== undefined
      ? literally(field, values)
      : (line) => (form === undefined ? null : readValue(field, form.exec(line)?.[0]));
  return (line) => {
    const said = under(line);
    // What stands under its name is what the line says, and be it none of the values.
    return said === undefined ? elsewhere(line) : readValue(field, said);
  };
}

/** The records of a chunk's own lines, in their order. The same input always gives the same output. */
export function extractRecords(input: RecordsInput): RecordsOutput {
  const { first, last } = ownLines(input);
  const readers = input.fields.map((field) => [field.name, readerOf(field)] as const);
  const records: LineRecord[] = [];
  const lines = input.text.split('\n');
  for (let line = first; line <= last; line++) {
    const text = (lines[line - 1] ?? '').replace(/\r$/, '').slice(0, LINE_CHARS_MAX);
    if (text.trim() === '') continue;
    const fields = Object.fromEntries(readers.map(([name, read]) => [name, read(text)]));
    if (Object.values(fields).some((value) => value !== null)) records.push({ line, fields });
  }
  return { records };
}
