// A course of values as a small line, with what it shows in words.
import { sparklinePath } from './sparkline-path.ts';

const WIDTH = 96;
const HEIGHT = 22;

export interface SparklineProps {
  /** In order of time; null where nothing is known. */
  readonly points: readonly (number | null)[];
  /** What the line says: `jobs an hour over the last day, 12 in the last one`. */
  readonly label: string;
}

export function Sparkline({ points, label }: SparklineProps) {
  return (
    <svg class="sparkline" role="img" aria-label={label} viewBox={`-2 -2 ${WIDTH + 4} ${HEIGHT + 4}`}>
      <path d={sparklinePath(points, WIDTH, HEIGHT)} />
    </svg>
  );
}
