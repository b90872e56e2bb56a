// Cells and rows for a spreadsheet (RFC 4180). Text is a stranger's, and a spreadsheet runs what begins like a formula; so such
// text gets an apostrophe in front, which it shows as text. What would move a terminal or turn the letters around does nothing.
import { inert } from './text.ts';

export type CsvCell = string | number | boolean | null | undefined;

/** What spreadsheets take for the begin of a formula, also behind white space and in full width, and what breaks out of a cell. */
const FORMULA = /^[\s\p{Cc}\p{Cf}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/u;
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

/** One cell: a number as it is, a text so that it stays one. */
export function csvCell(value: CsvCell): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const text = inert(value);
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One line, with its end. */
export function csvRow(cells: readonly CsvCell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}
