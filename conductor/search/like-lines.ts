// Whether a text has lines that are the same as a given one but for their values: then that one is not the only one of its kind.
import type { ChunkContext } from './context.ts';
import { templateKey } from './template.ts';
import { UnitCursor } from './units.ts';

/** @param groupKey of the line @param line its own text: lines that say exactly the same are no others */
export function hasOtherLike(
  text: string,
  { kind, offsetInLine }: Pick<ChunkContext, 'kind' | 'offsetInLine'>,
  groupKey: string,
  line: string,
): boolean {
  if (kind !== 'log') return false; // elsewhere every difference counts
  const own = line.trim();
  const cursor = new UnitCursor(text, offsetInLine);
  while (cursor.next()) {
    const { start, end } = cursor;
    if (start === end || templateKey(text, start, end, kind) !== groupKey) continue;
    if (text.slice(start, end).trim() !== own) return true;
  }
  return false;
}
