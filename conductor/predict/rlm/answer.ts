// The answer of an exploration: what the controller wrote, with the values that the kernel holds in the places where it named them, so
// that numbers and lists come from the kernel and not from a model's head.
import { PylonError } from '../../../protocol/errors.ts';
import { type Table, visibleColumns } from './vars/table.ts';
import { tableText, type VarSpace } from './vars/var-space.ts';

/** Longest answer: the pairs of a few hundred users, written out. */
export const ANSWER_CHARS_MAX = 500_000;

const PLACEHOLDER = /\{\{\s*([A-Za-z][A-Za-z0-9_]{0,31})(?:\[(\d{1,9})\])?(?:\.([A-Za-z_][A-Za-z0-9_]{0,47}))?\s*\}\}/g;

export interface Filled {
  readonly text: string;
  /** Names that stand for nothing, each with what is wrong; they are left as they were written. */
  readonly faults: readonly string[];
}

/** Replaces `{{name}}`, `{{name[2]}}`, `{{name.field}}` and `{{name[2].field}}`. */
export function fillAnswer(answer: string, variables: VarSpace): Filled {
  const faults: string[] = [];
  let room = ANSWER_CHARS_MAX;
  const text = answer.replace(PLACEHOLDER, (written, name: string, row?: string, field?: string) => {
    try {
      const value = valueText(variables, name, row === undefined ? undefined : Number(row), field);
      const shown = value.slice(0, Math.max(0, room)).replace(/[\ud800-\udbff]$/, '');
      room -= shown.length;
      if (shown.length < value.length) faults.push(`${written} is longer than an answer may be`);
      return shown;
    } catch (error) {
      if (!(error instanceof PylonError)) throw error;
      faults.push(`${written}: ${error.reason}`);
      return written;
    }
  });
  return { text: text.slice(0, ANSWER_CHARS_MAX), faults };
}

function valueText(variables: VarSpace, name: string, row: number | undefined, field: string | undefined): string {
  const { kind } = variables.describe(name);
  if (kind === 'table') return tableValue(variables.table(name), row, field);
  if (row !== undefined) {
    const value = variables.value(name);
    const item = Array.isArray(value) ? value[row - 1] : undefined;
    if (item === undefined) throw new PylonError('action-refused', { reason: 'it has no such item' });
    return String(item);
  }
  if (kind === 'text') return variables.text(name).text;
  const described = variables.describe(name).value;
  if (kind === 'json' && typeof described === 'object' && described !== null && !Array.isArray(described))
    return JSON.stringify(described);
  const value = variables.value(name);
  return Array.isArray(value) ? value.map(String).join(', ') : String(value);
}

function tableValue(table: Table, row: number | undefined, field: string | undefined): string {
  const columns = field === undefined ? visibleColumns(table) : [field];
  const at = columns.map((name) => table.columns.indexOf(name));
  if (at.includes(-1))
    throw new PylonError('action-refused', {
      reason: `it has no field ${field}; there are ${table.columns.join(', ')}`,
    });
  const rows = row === undefined ? table.rows : table.rows.slice(row - 1, row);
  if (row !== undefined && rows.length === 0) throw new PylonError('action-refused', { reason: 'it has no such row' });
  const plain = rows.map((values) => at.map((column) => values[column] ?? null));
  if (field !== undefined) return plain.map(([value]) => String(value ?? '-')).join(', ');
  // The pairs of a question are written as pairs.
  if (columns.length === 2 && columns[0] === 'a' && columns[1] === 'b')
    return plain.map(([a, b]) => `(${a}, ${b})`).join('\n');
  return tableText({ columns, rows: plain });
}

/** `[2]` becomes the number that the second piece of evidence has among the citations; without one it goes. */
export function renumberMarks(answer: string, numbers: readonly (number | undefined)[]): string {
  if (numbers.every((number, index) => number === index + 1)) return answer;
  return answer.replace(/[ \t]?\[(\d{1,2})\](?![\p{L}\p{N}_:(])/gu, (mark, digits: string) => {
    const index = Number(digits) - 1;
    if (index < 0 || index >= numbers.length) return mark;
    const number = numbers[index];
    return number === undefined ? '' : mark.replace(digits, String(number));
  });
}
