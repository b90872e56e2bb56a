// What the marks of the timeline mean: colour, shape and word together.
import { MARK_WORDS, MARKS } from './bar-mark.ts';

/** The same strokes as paint-shapes.ts has, on a field of 12 by 12. */
const PATHS: readonly string[] = [
  'M2.5 6l2.4 2.5L9.5 3.2',
  'M2.5 6h7',
  'M6 4.6a1.4 1.4 0 1 0 .01 0',
  'M6 2.5A3.5 3.5 0 1 1 2.5 6',
  'M6 2.2a3.8 3.8 0 1 0 .01 0M6 3.8V6l1.8 1.6',
  'M3 3l6 6M9 3l-6 6',
  'M2.5 4.6h7M2.5 7.4h7M8 2.5l-4 7',
];

export function Legend() {
  return (
    <ul class="legend" aria-label="Marks">
      {MARKS.map((mark, at) => (
        <li key={mark}>
          <svg class={`legend-mark legend-${mark}`} viewBox="0 0 12 12" width="16" height="16" aria-hidden="true">
            <path d={PATHS[at]} />
          </svg>
          {MARK_WORDS[mark]}
        </li>
      ))}
      <li>
        <svg class="legend-mark legend-hedge" viewBox="0 0 12 12" width="16" height="16" aria-hidden="true">
          <path d="M0 0h9L0 9z" />
        </svg>
        hedge
      </li>
    </ul>
  );
}
