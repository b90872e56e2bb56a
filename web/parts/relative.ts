// How long ago, in words. Pure.
import { printSpan } from '../../protocol/words.ts';

const JUST_NOW_MS = 5_000;
/** After a month a date says more than a number of days. */
const DATE_AFTER_MS = 30 * 86_400_000;

/** `just now`, `12 s ago`, `3 min ago`, `5 h ago`, `9 d ago`, `2026-11-24`; `in 3 min` for what is to come. */
export function relativeWords(atMs: number, nowMs: number): string {
  if (!Number.isFinite(atMs)) return 'unknown';
  const agoMs = nowMs - atMs;
  if (Math.abs(agoMs) < JUST_NOW_MS) return 'just now';
  if (Math.abs(agoMs) > DATE_AFTER_MS) return new Date(atMs).toISOString().slice(0, 10);
  const span = printSpan(Math.floor(Math.abs(agoMs) / 1_000) * 1_000).replace('.0', '');
  return agoMs < 0 ? `in ${span}` : `${span} ago`;
}
