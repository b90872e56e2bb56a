// The chart library and its style sheet: loaded when the first chart is drawn, and never on the first load.
import 'uplot/dist/uPlot.min.css';
import UPlot from 'uplot';
import { colourOf } from './colours.ts';
import type { Columns } from './series.ts';

export interface SeriesLook {
  readonly name: string;
  /** A token of tokens.css: `--good`. */
  readonly colour: string;
  /** Dashes tell series apart where colours do not. */
  readonly dash?: readonly number[];
  readonly words: (value: number) => string;
}

export interface Drawing {
  readonly series: readonly SeriesLook[];
  /** Fixed ends of the vertical axis; as the values are where absent. */
  readonly range?: readonly [low: number, high: number];
  readonly heightPx: number;
}

const AXIS_PX = 64;

/** Draws into `box`, as wide as it is. @returns takes the chart away */
export function drawChart(box: HTMLElement, columns: Columns, { series, range, heightPx }: Drawing): () => void {
  const ink = colourOf('--ink-soft', box);
  const rule = colourOf('--rule-soft', box);
  const font = `12px ${getComputedStyle(box).fontFamily}`;
  const axis = { stroke: ink, font, grid: { stroke: rule, width: 1 }, ticks: { stroke: rule, width: 1 } };
  const words = series[0]?.words ?? String;
  const chart = new UPlot(
    {
      width: Math.max(160, box.clientWidth),
      height: heightPx,
      cursor: { drag: { x: false, y: false } },
      legend: { live: true },
      scales: range === undefined ? {} : { y: { range: [range[0], range[1]] } },
      axes: [axis, { ...axis, size: AXIS_PX, values: (_chart, splits) => splits.map((split) => words(split)) }],
      series: [
        {},
        ...series.map(({ name, colour, dash, words: say }) => ({
          label: name,
          stroke: colourOf(colour, box),
          width: 2,
          ...(dash === undefined ? {} : { dash: [...dash] }),
          points: { size: 5 },
          value: (_chart: UPlot, value: number | null) => (value === null ? '–' : say(value)),
        })),
      ],
    },
    columns,
    box,
  );
  const sized = new ResizeObserver(() => chart.setSize({ width: Math.max(160, box.clientWidth), height: heightPx }));
  sized.observe(box);
  return () => {
    sized.disconnect();
    chart.destroy();
  };
}
