// Quality held against cost, a mark for each run. Drawn as SVG: there are at most a thousand marks.

import { useState } from 'preact/hooks';
import type { Comparison } from '../../protocol/comparison.ts';
import { Field } from '../parts/field.tsx';
import { Foreign } from '../parts/foreign.tsx';
import { Panel } from '../parts/panel.tsx';
import { useNarrow } from '../parts/use-narrow.ts';
import { metricHead, printMetric } from './metric-words.ts';
import { axisOf, dotsOf, metricsWithValues } from './scatter.ts';
import { SideMark, sideClass, sideShape } from './side-mark.tsx';

/** Wide and narrow, so that letters have their size on both. */
const WIDTHS = { wide: 640, narrow: 340 } as const;
const HEIGHT = 320;
const LEFT = 64;
const BOTTOM = 40;
const EDGE = 12;

const placeY = (share: number): number => HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - EDGE);

interface PlotProps {
  readonly comparison: Comparison;
  readonly xName: string;
  readonly yName: string;
}

function Plot({ comparison, xName, yName }: PlotProps) {
  const width = useNarrow() ? WIDTHS.narrow : WIDTHS.wide;
  const placeX = (share: number): number => LEFT + share * (width - LEFT - EDGE);
  const dots = dotsOf(comparison, xName, yName);
  if (dots.length === 0) return <p class="soft">No run has both.</p>;
  const [xAxis, yAxis] = [axisOf(dots.map(({ x }) => x)), axisOf(dots.map(({ y }) => y))];
  const label = `${metricHead(yName)} against ${metricHead(xName)} of ${dots.length} runs; the table has the values`;
  return (
    <svg class="scatter" role="img" aria-label={label} viewBox={`0 0 ${width} ${HEIGHT}`}>
      {xAxis.ticks.map((tick) => (
        <g key={tick}>
          <line class="scatter-rule" x1={placeX(xAxis.at(tick))} x2={placeX(xAxis.at(tick))} y1={EDGE} y2={placeY(0)} />
          <text x={placeX(xAxis.at(tick))} y={HEIGHT - BOTTOM + 16} text-anchor="middle">
            {printMetric(xName, tick)}
          </text>
        </g>
      ))}
      {yAxis.ticks.map((tick) => (
        <g key={tick}>
          <line
            class="scatter-rule"
            x1={LEFT}
            x2={width - EDGE}
            y1={placeY(yAxis.at(tick))}
            y2={placeY(yAxis.at(tick))}
          />
          <text x={LEFT - 8} y={placeY(yAxis.at(tick)) + 4} text-anchor="end">
            {printMetric(yName, tick)}
          </text>
        </g>
      ))}
      <text x={(LEFT + width) / 2} y={HEIGHT - 6} text-anchor="middle" class="scatter-name">
        {metricHead(xName)}
      </text>
      {dots.map(({ runId, side, x, y }) => (
        <path
          key={runId}
          class={sideClass(side)}
          d={sideShape(side)}
          transform={`translate(${placeX(xAxis.at(x)).toFixed(1)} ${placeY(yAxis.at(y)).toFixed(1)})`}
        >
          <title>{`…${runId.slice(-6)}: ${printMetric(yName, y)} for ${printMetric(xName, x)}`}</title>
        </path>
      ))}
    </svg>
  );
}

interface PickProps {
  readonly label: string;
  readonly value: string;
  readonly names: readonly string[];
  readonly onPick: (name: string) => void;
}

function Pick({ label, value, names, onPick }: PickProps) {
  return (
    <Field label={label} quiet>
      {(wires) => (
        <select {...wires} class="input" value={value} onChange={(event) => onPick(event.currentTarget.value)}>
          {names.map((name) => (
            <option key={name} value={name}>
              {metricHead(name)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** What a run costs; everything else is quality. */
const COSTS: ReadonlySet<string> = new Set(['cost_sats', 'latency_ms', 'tokens']);

export function ScatterPlot({ comparison }: { readonly comparison: Comparison }) {
  const names = metricsWithValues(comparison);
  const qualities = names.filter((name) => !COSTS.has(name));
  const costs = names.filter((name) => COSTS.has(name));
  const [quality, setQuality] = useState<string>();
  const [cost, setCost] = useState<string>();
  const yName = qualities.find((name) => name === quality) ?? qualities[0];
  const xName = costs.find((name) => name === cost) ?? (costs.includes('cost_sats') ? 'cost_sats' : costs[0]);
  if (yName === undefined || xName === undefined || comparison.runs.length < 2) return null;
  return (
    <Panel
      title="Quality against cost"
      actions={
        <>
          <Pick label="Quality" value={yName} names={qualities} onPick={setQuality} />
          <Pick label="Cost" value={xName} names={costs} onPick={setCost} />
        </>
      }
    >
      <Plot comparison={comparison} xName={xName} yName={yName} />
      {comparison.sides.length < 2 ? null : (
        <ul class="legend">
          {comparison.sides.map(({ label }, side) => (
            <li key={label}>
              <SideMark side={side} /> <Foreign text={label} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
