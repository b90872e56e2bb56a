// The marks of an answer, `[n]`, as models write them: told apart from brackets that belong to what is told, renumbered, or taken out
// where they name nothing.
import { CITATIONS_MAX } from '../../protocol/limits.ts';

/** `[1]`, `[1, 2]`, `[1-3]`, `[n=2]`. */
const MARK = /[ \t]?\[(?:n=)?(\d{1,6}(?:\s{0,2}[,;–-]\s{0,2}\d{1,6}){0,15})\]/g;

/**
 * @param numberOf the number that a mark gets; undefined where it names nothing that is there
 * @returns the text with the new marks, and their numbers in the order in which they stand, repetitions included
 */
export function renumberMarks(
  text: string,
  numberOf: (n: number) => number | undefined,
): { readonly text: string; readonly marked: readonly number[] } {
  const marked: number[] = [];
  const renumbered = text.replace(MARK, (mark: string, list: string, offset: number) => {
    const place = placeOf(text, mark, offset);
    if (place === 'text') return mark;
    const numbers = numbersOf(list).flatMap((n) => numberOf(n) ?? []);
    marked.push(...numbers);
    if (numbers.length === 0) return place === 'either' ? mark : '';
    return `${/^[ \t]/.test(mark) ? ' ' : ''}${numbers.map((n) => `[${n}]`).join('')}`;
  });
  return { text: renumbered, marked };
}

/** Brackets right behind a word may belong to what is told: `sshd[17]: …`, `slots[3] = 0`. */
function placeOf(text: string, mark: string, offset: number): 'mark' | 'text' | 'either' {
  const attached = mark.startsWith('[') && /[\p{L}\p{N}_]/u.test(text[offset - 1] ?? '');
  if (!attached) return 'mark';
  const next = text[offset + mark.length] ?? '';
  if (/[:(\p{L}\p{N}_]/u.test(next)) return 'text';
  return next === ' ' ? 'either' : 'mark';
}

/** `1, 3-5` → 1 3 4 5; a range is taken as one only when it is short. */
function numbersOf(list: string): number[] {
  return list.split(/[,;]/).flatMap((part) => {
    const [first = 0, last = first] = part.split(/[–-]/).map(Number);
    if (last <= first || last - first > CITATIONS_MAX) return [first, ...(last === first ? [] : [last])];
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
