// Score against cost, a mark for each candidate that was tried on all of dev, and the line that no other one is better than.
import { useState } from 'preact/hooks';
import type { CompileReport } from '../../../protocol/dse/compile.ts';
import { printDuration } from '../../../protocol/words.ts';
import { Plot } from '../../charts/plot.tsx';
import { printScore } from '../../experiments/metric-words.ts';
import { sideClass, sideShape } from '../../experiments/side-mark.tsx';
import { Field } from '../../parts/field.tsx';
import { Panel } from '../../parts/panel.tsx';
import { COSTS, type CostName, costOf, dotsOf, frontierLine, type ParetoDot } from './pareto.ts';

const COST_WORDS: Readonly<Record<CostName, string>> = {
  sats: 'Sats a prediction',
  tokens: 'Tokens a prediction',
  latency: 'Time a prediction',
};
/** Sides of side-mark.tsx: a triangle, a circle, a diamond. */
const LOOKS = { chosen: 2, frontier: 0, other: 4 } as const;

function printCost(name: CostName, value: number): string {
  return name === 'latency' ? printDuration(value) : printScore(value);
}

function Choice({ cost, onChoose }: { readonly cost: CostName; readonly onChoose: (cost: CostName) => void }) {
  return (
    <Field label="Cost" quiet>
      {(wires) => (
        <select
          {...wires}
          class="input"
          value={cost}
          onChange={(event) => onChoose(COSTS.find((name) => name === event.currentTarget.value) ?? cost)}
        >
          {COSTS.map((name) => (
            <option key={name} value={name}>
              {COST_WORDS[name]}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** The first that tells candidates apart. */
function usualCost({ candidates }: CompileReport): CostName {
  return COSTS.find((name) => new Set(candidates.map((one) => costOf(one, name))).size > 1) ?? 'tokens';
}

function Legend() {
  return (
    <ul class="legend">
      {(
        [
          ['chosen', 'chosen'],
          ['frontier', 'nothing else is better in score, sats, tokens and time together'],
          ['other', 'something else is better'],
        ] as const
      ).map(([look, words]) => (
        <li key={look}>
          <svg class={sideClass(LOOKS[look])} viewBox="-8 -8 16 16" width="12" height="12" aria-hidden="true">
            <path d={sideShape(LOOKS[look])} />
          </svg>
          {words}
        </li>
      ))}
    </ul>
  );
}

export function ParetoPlot({ report }: { readonly report: CompileReport }) {
  const [wanted, setWanted] = useState<CostName>();
  const cost = wanted ?? usualCost(report);
  const dots = dotsOf(report.candidates, cost);
  if (dots.length === 0) return null;
  const lookOf = ({ candidate }: ParetoDot) =>
    candidate.paramsHash === report.chosen?.paramsHash
      ? LOOKS.chosen
      : candidate.isOnFrontier
        ? LOOKS.frontier
        : LOOKS.other;
  // What is chosen is drawn last, so that nothing hides it.
  const drawn = dots.toSorted(
    (left, right) => Number(lookOf(left) === LOOKS.chosen) - Number(lookOf(right) === LOOKS.chosen),
  );
  return (
    <Panel title="Score against cost" actions={<Choice cost={cost} onChoose={setWanted} />}>
      <Plot
        label={`Score on dev against ${COST_WORDS[cost].toLowerCase()} of ${dots.length} candidates; the table has the values`}
        x={{ name: COST_WORDS[cost], values: dots.map(({ x }) => x), print: (value) => printCost(cost, value) }}
        y={{ name: 'Score', values: dots.map(({ y }) => y), print: printScore }}
      >
        {(place) => (
          <>
            <polyline
              class="frontier"
              points={frontierLine(dots)
                .map(({ x, y }) => place(x, y).join(','))
                .join(' ')}
            />
            {drawn.map((dot) => (
              <path
                key={dot.candidate.paramsHash}
                class={sideClass(lookOf(dot))}
                d={sideShape(lookOf(dot))}
                transform={`translate(${place(dot.x, dot.y).join(' ')})`}
              >
                <title>{`${dot.candidate.paramsHash.slice(0, 12)}: ${printScore(dot.y)} for ${printCost(cost, dot.x)}`}</title>
              </path>
            ))}
          </>
        )}
      </Plot>
      <Legend />
    </Panel>
  );
}
