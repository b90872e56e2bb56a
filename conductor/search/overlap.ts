// Owns how much of its surroundings a chunk carries: a few short lines on each side, so that the lines at its edges
// have their neighbours and are ranked and quoted as in the whole. Logs are ranked line by line and carry none.
import { NEIGHBOUR_CHARS_MAX, OVERLAP_LINES } from './context.ts';
import type { TextKind } from './kind.ts';

/**
 * Where a chunk whose core begins at `start` (the begin of a line) should begin: up to `OVERLAP_LINES` lines earlier,
 * but never past a line longer than `NEIGHBOUR_CHARS_MAX`, which is nobody's neighbour.
 */
export function overlapStart(text: string, start: number, kind: TextKind): number {
  if (kind === 'log') return start;
  let at = start;
  for (let lines = 0; lines < OVERLAP_LINES && at > 0; lines++) {
    const lineStart = text.lastIndexOf('\n', at - 2) + 1;
    if (at - lineStart > NEIGHBOUR_CHARS_MAX + 2) break;
    at = lineStart;
  }
  return at;
}

/** Where a chunk whose core ends at `end` (the begin of the next line) should end. */
export function overlapEnd(text: string, end: number, kind: TextKind): number {
  if (kind === 'log') return end;
  let at = end;
  for (let lines = 0; lines < OVERLAP_LINES && at < text.length; lines++) {
    const feed = text.indexOf('\n', at);
    const lineEnd = feed < 0 ? text.length : feed + 1;
    if (lineEnd - at > NEIGHBOUR_CHARS_MAX + 2) break;
    at = lineEnd;
  }
  return at;
}
