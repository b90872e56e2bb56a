// An event in one line: what there is to know beside its type and time.
import type { TraceEvent } from '../../../protocol/trace.ts';

/** Fields that the other columns show, or that are the same on every line. */
const LEFT_OUT: ReadonlySet<string> = new Set(['v', 'type', 'run_id', 'seq', 'timestamp_ms']);
const CHARS_MAX = 400;

function valueWords(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return JSON.stringify(value) ?? '';
}

export function eventWords(event: TraceEvent): string {
  const parts = Object.entries(event)
    .filter(([name, value]) => !LEFT_OUT.has(name) && value !== undefined && value !== null)
    .map(([name, value]) => `${name} ${valueWords(value).slice(0, CHARS_MAX)}`);
  return parts.join(' · ').slice(0, CHARS_MAX);
}
