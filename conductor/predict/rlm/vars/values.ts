// How values of records compare: numbers as numbers, dates as dates, the rest by its letters. Total and deterministic, whatever a leaf wrote.
import type { RecordValue } from '../../../../protocol/records.ts';

const NUMBER = /^[+-]?(?:\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(?:\.\d{1,15})?$/;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** The longest date that is read: a day of the week, a long month, a time with its distance to UTC. */
const DATE_CHARS_MAX = 48;
const ISO =
  /^(\d{4})[-/](\d{1,2})(?:[-/](\d{1,2})(?:[T ](\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d\d:?\d\d)?)?)?$/;
const MONTH_FIRST = /^(?:[A-Za-z]{3,9},? )?([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$/;
const DAY_FIRST = /^(?:[A-Za-z]{3,9},? )?(\d{1,2})(?:st|nd|rd|th)?[ -]([A-Za-z]{3,9})\.?,?[ -](\d{4})$/;
/** Day.month.year as in most of Europe; month/day/year as in the United States. */
const DOTTED = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/;
const SLASHED = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/;

/** The number that a value is or is written as (`1,200` too); undefined for anything else. */
export function numberOf(value: RecordValue | undefined): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return NUMBER.test(text) ? Number(text.replaceAll(',', '')) : undefined;
}

/** The moment (unix ms, UTC where the text names no other) that a text tells; undefined for anything else. */
export function dateOf(value: RecordValue | undefined): number | undefined {
  if (typeof value !== 'string' || value.length > DATE_CHARS_MAX) return undefined;
  const text = value.trim();
  const iso = ISO.exec(text);
  if (iso) return isoMoment(iso);
  const named = MONTH_FIRST.exec(text);
  if (named) return dayOf(Number(named[3]), monthOf(named[1]!), Number(named[2]));
  const dayFirst = DAY_FIRST.exec(text);
  if (dayFirst) return dayOf(Number(dayFirst[3]), monthOf(dayFirst[2]!), Number(dayFirst[1]));
  const dotted = DOTTED.exec(text);
  if (dotted) return dayOf(Number(dotted[3]), Number(dotted[2]), Number(dotted[1]));
  const slashed = SLASHED.exec(text);
  return slashed ? dayOf(Number(slashed[3]), Number(slashed[1]), Number(slashed[2])) : undefined;
}

function isoMoment([, year, month, day, hour, minute, second, fraction, zone]: RegExpExecArray): number | undefined {
  const midnight = dayOf(Number(year), Number(month), Number(day ?? 1));
  if (midnight === undefined || hour === undefined) return midnight;
  if (Number(hour) > 24 || Number(minute) > 59 || Number(second ?? 0) > 60) return undefined;
  const ms = Math.floor(Number(`0.${fraction ?? 0}`) * 1000);
  const time = ((Number(hour) * 60 + Number(minute)) * 60 + Number(second ?? 0)) * 1000 + ms;
  return midnight + time - zoneMs(zone);
}

function zoneMs(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

function monthOf(name: string): number {
  return MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;
}

/** Midnight of a day that the calendar has. */
function dayOf(year: number, month: number, day: number): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  const moment = Date.UTC(year, month - 1, day);
  return new Date(moment).getUTCDate() === day ? moment : undefined;
}

/** `2024-03-09` of a moment. */
export function isoDay(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10);
}

/** Less than 0, 0, more than 0; undefined where the two cannot be compared: one is missing, or only one is a number. */
export function compareValues(left: RecordValue | undefined, right: RecordValue | undefined): number | undefined {
  if (left === null || right === null || left === undefined || right === undefined) return undefined;
  if (typeof left === 'number' || typeof right === 'number') return difference(numberOf(left), numberOf(right));
  const numbers = difference(numberOf(left), numberOf(right));
  if (numbers !== undefined) return numbers;
  const dates = difference(dateOf(left), dateOf(right));
  return dates ?? compareTexts(String(left), String(right));
}

function difference(left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined || right === undefined) return undefined;
  return left < right ? -1 : left > right ? 1 : 0;
}

function compareTexts(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The same as numbers, else letter for letter; `true` is `"true"`. */
export function sameValue(left: RecordValue | undefined, right: RecordValue | undefined): boolean {
  if (left === null || right === null || left === undefined || right === undefined)
    return (left ?? null) === (right ?? null);
  if (typeof left === 'number' || typeof right === 'number') return numberOf(left) === numberOf(right);
  return String(left) === String(right);
}

/** One key for values that are the same; for grouping and joining. */
export function keyOf(value: RecordValue | undefined): string {
  if (value === null || value === undefined) return '';
  const number = typeof value === 'number' ? value : undefined;
  return number === undefined ? `=${String(value)}` : `=${number}`;
}

/** A total order of one column: as numbers if all are, as dates if all are, else by letters; what is missing comes last. */
export function orderOf(values: Iterable<RecordValue | undefined>): (left: RecordValue, right: RecordValue) => number {
  let numbers = true;
  let dates = true;
  for (const value of values) {
    if (value === null || value === undefined) continue;
    numbers &&= numberOf(value) !== undefined;
    dates &&= dateOf(value) !== undefined;
    if (!numbers && !dates) break;
  }
  const rank = numbers ? numberOf : dates ? dateOf : undefined;
  return (left, right) => {
    if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
    return rank ? difference(rank(left), rank(right))! : compareTexts(String(left), String(right));
  };
}
