// Quality held against cost, a mark for each run. Drawn as SVG: there are at most a thousand marks.

import { useState } from 'preact/hooks';
import type { Comparison } from '../../protocol/comparison.ts';
import { Plot } from '../charts/plot.tsx';
import { Field } from '../parts/field.tsx';
import { Foreign } from '../parts/foreign.tsx';
import { Panel } from '../parts/panel.tsx';
import { metricHead, printMetric } from './metric-words.ts';
import { dotsOf, metricsWithValues } from './scatter.ts';
import { SideMark, sideClass, sideShape } from './side-mark.tsx';

interface PlotProps {
  readonly comparison: Comparison;
  readonly xName: string;
  readonly yName: string;
}

function RunPlot({ comparison, xName, yName }: PlotProps) {
  const dots = dotsOf(comparison, xName, yName);
  if (dots.length === 0) return <p class="soft">No run has both.</p>;
  const axis = (name: string, values: readonly number[]) => ({
    name: metricHead(name),
    values,
    print: (value: number) => printMetric(name, value),
  });
  return (
    <Plot
      label={`${metricHead(yName)} against ${metricHead(xName)} of ${dots.length} runs; the table has the values`}
      x={axis(
        xName,
        dots.map(({ x }) => x),
      )}
      y={axis(
        yName,
        dots.map(({ y }) => y),
      )}
    >
      {(place) =>
        dots.map(({ runId, side, x, y }) => (
          <path
            key={runId}
            class={sideClass(side)}
            d={sideShape(side)}
            transform={`translate(${place(x, y).join(' ')})`}
          >
            <title>{`…${runId.slice(-6)}: ${printMetric(yName, y)} for ${printMetric(xName, x)}`}</title>
          </path>
        ))
      }
    </Plot>
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
      <RunPlot comparison={comparison} xName={xName} yName={yName} />
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
