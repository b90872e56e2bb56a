// The fields of one record, as they are wanted: whoever read them, a value is taken only where it is one of its field, in the one
// spelling of its field. What does not fit is null: the line does not say, or nobody could read it.
import type { FieldSpec, RecordValue } from '../../protocol/records.ts';
import { wellFormed } from '../../protocol/text.ts';
import { cutQuote } from '../predict/fit.ts';
import { normaliseNumber, normaliseText } from './wording/normalise.ts';

/** Longest value of a string. */
const VALUE_CHARS_MAX = 1_024;
/** A number with a sign of money before it or a unit behind it. */
const MEASURED = /^[$€£¥]?\s?([+-]?[\d.,'_]{1,40}(?:e[+-]?\d{1,3})?)\s?(?:%|[a-zµ°]{1,8})?$/i;
const EDGES = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu;

/** Text by which two values of a list of values are the same. */
const folded = (text: string) => normaliseText(text).toLowerCase();

function oneOf(values: readonly string[], text: string): string | null {
  const wanted = folded(text);
  const exact = values.find((value) => value === text) ?? values.find((value) => folded(value) === wanted);
  if (exact !== undefined) return exact;
  const bare = wanted.replace(EDGES, '');
  const close = values.filter((value) => folded(value).replace(EDGES, '') === bare);
  return bare !== '' && close.length === 1 ? close[0]! : null;
}

function numberIn(raw: unknown): number | null {
  if (typeof raw === 'number') return Number.isFinite(raw) ? raw : null;
  if (typeof raw !== 'string' || raw.length > VALUE_CHARS_MAX) return null;
  const digits = MEASURED.exec(normaliseText(raw))?.[1];
  if (digits === undefined) return null;
  const number = Number(normaliseNumber(digits) ?? digits);
  return Number.isFinite(number) ? number : null;
}

function flagIn(raw: unknown): boolean | null {
  if (typeof raw === 'boolean') return raw;
  const word = typeof raw === 'string' ? raw.trim().toLowerCase() : '';
  if (['true', 'yes'].includes(word)) return true;
  return ['false', 'no'].includes(word) ? false : null;
}

function stringIn(raw: unknown, values: readonly string[] | undefined): string | null {
  if (!['string', 'number', 'boolean'].includes(typeof raw)) return null;
  const text = cutQuote(wellFormed(String(raw)).normalize('NFC').trim(), VALUE_CHARS_MAX);
  if (text === '') return null;
  return values === undefined ? text : oneOf(values, text);
}

/** The value of a field in what somebody gave for it; of a list of values case, white space and marks at the edges do not count. */
export function readValue({ type, values }: FieldSpec, raw: unknown): RecordValue {
  if (type === 'number') return numberIn(raw);
  return type === 'boolean' ? flagIn(raw) : stringIn(raw, values);
}

/** All the fields that are wanted, and no other; null for those that are not given. */
export function readFields(
  fields: readonly FieldSpec[],
  given: Readonly<Record<string, unknown>>,
): Record<string, RecordValue> {
  return Object.fromEntries(
    fields.map((field) => [field.name, Object.hasOwn(given, field.name) ? readValue(field, given[field.name]) : null]),
  );
}
