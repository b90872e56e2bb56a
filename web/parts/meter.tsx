// Shares as lengths: a meter with a name and words of its own, and a bare bar for beside a number in a table.
import type { Tone } from './mark.tsx';

export interface MeterProps {
  /** What is measured; read aloud, not shown. */
  readonly label: string;
  readonly value: number;
  readonly max: number;
  /** The value in words: `12 of 20 chunks`. */
  readonly words: string;
  readonly tone?: Tone;
}

function percentOf(value: number, max: number): number {
  return max <= 0 ? 0 : Math.min(100, Math.max(0, (value / max) * 100));
}

/** A value between 0 and `max`; put its words beside it. */
export function Meter({ label, value, max, words, tone = 'busy' }: MeterProps) {
  const percent = percentOf(value, max);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a <meter> cannot be drawn alike in every browser
    <div
      class={`meter tone-${tone}`}
      role="meter"
      aria-label={label}
      aria-valuenow={Math.round(percent)}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuetext={words}
    >
      <div class="meter-fill" style={{ width: `${percent}%` }} />
    </div>
  );
}

/** A share from 0 to 1 as a length. Not read aloud: the number it belongs to stands beside it. */
export function Bar({ share, tone = 'busy' }: { readonly share: number; readonly tone?: Tone }) {
  return (
    <span class={`bar tone-${tone}`} aria-hidden="true">
      <span class="bar-fill" style={{ width: `${percentOf(share, 1)}%` }} />
    </span>
  );
}
