// The columns of runs side by side: what each is, every metric with its best marked, every setting that differs.

import type { Comparison } from '../../protocol/comparison.ts';
import { pathOf } from '../app/routes.ts';
import { Unknown } from '../parts/amounts.tsx';
import { Foreign } from '../parts/foreign.tsx';
import { RunStatusMark } from '../parts/mark.tsx';
import { shownText } from '../parts/shown-text.ts';
import type { Column } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';
import { metricHead, printMetric, printSetting, settingHead } from './metric-words.ts';
import { SideMark } from './side-mark.tsx';

/** A run of the comparison and its place in it. */
export interface Compared {
  readonly at: number;
  readonly run: Comparison['runs'][number];
}

/** More settings than this make the table unreadable; they stand in the list of differences below it. */
const SETTINGS_MAX = 6;
const SETTING_CHARS = 40;

function Value({
  name,
  value,
  best,
}: {
  readonly name: string;
  readonly value: number | null;
  readonly best: boolean;
}) {
  if (value === null) return <Unknown />;
  return (
    <span class={best ? 'best' : undefined}>
      {best ? (
        <>
          <span aria-hidden="true">▲ </span>
          <span class="visually-hidden">best: </span>
        </>
      ) : null}
      <data value={String(value)} title={String(value)}>
        {printMetric(name, value)}
      </data>
    </span>
  );
}

function metricColumns({ metrics, runs }: Comparison): readonly Column<Compared>[] {
  return metrics.flatMap(({ name }, column) => {
    const isExpected = name === 'accuracy' || name === 'f1';
    if (!isExpected && !runs.some(({ values }) => values[column] !== null)) return [];
    return {
      id: `metric ${name}`,
      head: metricHead(name),
      end: true,
      sortable: true,
      cell: ({ run }: Compared) => (
        <Value name={name} value={run.values[column] ?? null} best={run.best[column] === true} />
      ),
    };
  });
}

function settingColumns({ differences }: Comparison): readonly Column<Compared>[] {
  return differences
    .filter(({ field }) => field !== 'method')
    .slice(0, SETTINGS_MAX)
    .map(({ field, values }) => ({
      id: `setting ${field}`,
      head: settingHead(field),
      cell: ({ at }: Compared) => {
        const text = printSetting(values[at] ?? 'null');
        return (
          <Foreign
            class="differs"
            title={text}
            text={text.length > SETTING_CHARS ? `${text.slice(0, SETTING_CHARS)}…` : text}
          />
        );
      },
    }));
}

export function comparisonColumns(comparison: Comparison): readonly Column<Compared>[] {
  const manySides = comparison.sides.length > 1;
  return [
    {
      id: 'run',
      head: 'Run',
      names: true,
      cell: ({ run }) => (
        <span class="compared-run">
          {manySides ? <SideMark side={run.side} /> : null}
          <a href={pathOf('run', run.run_id)} title={shownText(run.query)}>
            <code>…{run.run_id.slice(-6)}</code>
          </a>
          <Foreign class="soft compared-question" text={run.query} />
        </span>
      ),
    },
    { id: 'status', head: 'Status', cell: ({ run }) => <RunStatusMark status={run.status} /> },
    { id: 'method', head: 'Method', cell: ({ run }) => <Foreign class="soft" text={run.method} /> },
    ...metricColumns(comparison),
    ...settingColumns(comparison),
    { id: 'created', head: 'Asked', end: true, sortable: true, cell: ({ run }) => <Time at={run.created_at} /> },
  ];
}
