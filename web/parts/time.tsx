// A moment: how long ago, with the exact time on hover and for programs.
import { nowMs } from './clock.ts';
import { relativeWords } from './relative.ts';

/** @param at ISO 8601, or milliseconds since 1970 */
export function Time({ at }: { readonly at: string | number }) {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return <span class="soft">unknown</span>;
  return (
    <time dateTime={date.toISOString()} title={date.toLocaleString()}>
      {relativeWords(date.getTime(), nowMs.value)}
    </time>
  );
}
