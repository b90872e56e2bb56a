// One thing held against another as a drawing, with rules and round ticks; whoever uses it draws the marks. SVG: there are at most a
// thousand. The same values stand in a table for those who cannot see it.
import './plot.css';
import type { ComponentChildren } from 'preact';
import { useNarrow } from '../parts/use-narrow.ts';
import { axisOf } from './axis.ts';

/** Wide and narrow, so that letters have their size on both. */
const WIDTHS = { wide: 640, narrow: 340 } as const;
const HEIGHT = 320;
const LEFT = 64;
const BOTTOM = 40;
const EDGE = 12;
/** Half of the last label stands beyond the last rule. */
const RIGHT = 28;

export interface PlotAxis {
  readonly name: string;
  readonly values: readonly number[];
  readonly print: (value: number) => string;
}

export interface PlotProps {
  /** What is drawn, read aloud in place of it. */
  readonly label: string;
  readonly x: PlotAxis;
  readonly y: PlotAxis;
  /** Draws. @param place of a pair of values, in the units of the drawing */
  readonly children: (place: (x: number, y: number) => readonly [string, string]) => ComponentChildren;
}

export function Plot({ label, x, y, children }: PlotProps) {
  const width = useNarrow() ? WIDTHS.narrow : WIDTHS.wide;
  const [xAxis, yAxis] = [axisOf(x.values), axisOf(y.values)];
  const placeX = (value: number) => LEFT + xAxis.at(value) * (width - LEFT - RIGHT);
  const placeY = (value: number) => HEIGHT - BOTTOM - yAxis.at(value) * (HEIGHT - BOTTOM - EDGE);
  return (
    <svg class="scatter" role="img" aria-label={label} viewBox={`0 0 ${width} ${HEIGHT}`}>
      {xAxis.ticks.map((tick) => (
        <g key={tick}>
          <line class="scatter-rule" x1={placeX(tick)} x2={placeX(tick)} y1={EDGE} y2={HEIGHT - BOTTOM} />
          <text x={placeX(tick)} y={HEIGHT - BOTTOM + 16} text-anchor="middle">
            {x.print(tick)}
          </text>
        </g>
      ))}
      {yAxis.ticks.map((tick) => (
        <g key={tick}>
          <line class="scatter-rule" x1={LEFT} x2={width - RIGHT} y1={placeY(tick)} y2={placeY(tick)} />
          <text x={LEFT - 8} y={placeY(tick) + 4} text-anchor="end">
            {y.print(tick)}
          </text>
        </g>
      ))}
      <text x={(LEFT + width) / 2} y={HEIGHT - 6} text-anchor="middle" class="scatter-name">
        {x.name}
      </text>
      {children((atX, atY) => [placeX(atX).toFixed(1), placeY(atY).toFixed(1)])}
    </svg>
  );
}
