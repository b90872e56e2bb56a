// All that is said of runs side by side, the same for an experiment and for runs picked by hand.
import type { Comparison } from '../../protocol/comparison.ts';
import type { RunRecord } from '../../protocol/run.ts';
import type { MenuItem } from '../parts/menu.tsx';
import type { Choosing } from '../parts/table.tsx';
import { comparisonCsv } from './comparison-csv.ts';
import { ComparisonTable, Settings, Sides, Significance } from './comparison-table.tsx';
import { saveText } from './save-text.ts';
import { ScatterPlot } from './scatter-plot.tsx';

export interface ComparedRunsProps {
  readonly comparison: Comparison;
  /** Any of them, for what they have in common. */
  readonly run: RunRecord | undefined;
  readonly choosing?: Choosing;
}

export function ComparedRuns({ comparison, run, choosing }: ComparedRunsProps) {
  return (
    <>
      <ComparisonTable title="Runs" comparison={comparison} {...(choosing === undefined ? {} : { choosing })} />
      <Sides comparison={comparison} />
      <Significance comparison={comparison} />
      <ScatterPlot comparison={comparison} />
      <Settings comparison={comparison} run={run} />
    </>
  );
}

/** What one looks at, as files. @param name of them, without ending */
export function comparisonFiles(name: string, comparison: Comparison | undefined): readonly MenuItem[] {
  const disabled = comparison === undefined;
  return [
    {
      words: 'This table, CSV',
      disabled,
      onPick: () => {
        if (comparison !== undefined) saveText(`${name}.csv`, 'text/csv', comparisonCsv(comparison));
      },
    },
    {
      words: 'This comparison, JSON',
      disabled,
      onPick: () => {
        if (comparison !== undefined)
          saveText(`${name}.json`, 'application/json', `${JSON.stringify(comparison, undefined, 2)}\n`);
      },
    },
  ];
}
