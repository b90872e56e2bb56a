// Runs side by side: the table, what its sides come to, what the differences mean, and how the runs were asked.

import { useMemo, useState } from 'preact/hooks';
import type { Comparison } from '../../protocol/comparison.ts';
import type { RunRecord } from '../../protocol/run.ts';
import { plural } from '../../protocol/words.ts';
import { Unknown } from '../parts/amounts.tsx';
import { Foreign } from '../parts/foreign.tsx';
import { LongTable } from '../parts/long-table.tsx';
import { StatusMark } from '../parts/mark.tsx';
import { Facts, Panel } from '../parts/panel.tsx';
import { type Choosing, type Column, Table } from '../parts/table.tsx';
import { comparisonColumns } from './comparison-columns.tsx';
import { orderOf, type Sorting, sortedBy } from './comparison-order.ts';
import { metricHead, printMetric, printSetting, settingHead } from './metric-words.ts';
import { sharedSettings } from './shared-settings.ts';
import { SideMark } from './side-mark.tsx';
import { type Said, sayTests } from './significance-words.ts';

export interface ComparisonTableProps {
  readonly comparison: Comparison;
  readonly title: string;
  readonly choosing?: Choosing;
}

export function ComparisonTable({ comparison, title, choosing }: ComparisonTableProps) {
  const [sorting, setSorting] = useState<Sorting>();
  const columns = useMemo(() => comparisonColumns(comparison), [comparison]);
  const rows = orderOf(comparison, sorting).flatMap((at) => {
    const run = comparison.runs[at];
    return run === undefined ? [] : [{ at, run }];
  });
  return (
    <Panel title={title} flush>
      <LongTable
        caption={`${plural(rows.length, 'run')} side by side; ▲ marks the best`}
        showCaption
        columns={columns}
        rows={rows}
        keyOf={({ run }) => run.run_id}
        {...(sorting === undefined ? {} : { sorting })}
        onSort={(by) => setSorting(sortedBy(comparison, sorting, by))}
        {...(choosing === undefined ? {} : { choosing })}
      />
    </Panel>
  );
}

interface Side {
  readonly at: number;
  readonly side: Comparison['sides'][number];
}

/** What runs that were asked alike come to together. Nothing where each side is one run. */
export function Sides({ comparison }: { readonly comparison: Comparison }) {
  const { sides, runs, metrics } = comparison;
  if (sides.length < 2 || sides.length === runs.length) return null;
  const columns: readonly Column<Side>[] = [
    {
      id: 'side',
      head: 'Asked with',
      names: true,
      cell: ({ at, side }) => (
        <span class="compared-run">
          <SideMark side={at} />
          <Foreign text={side.label} />
        </span>
      ),
    },
    { id: 'runs', head: 'Runs', end: true, cell: ({ side }) => side.runs },
    ...metrics.flatMap(({ name }, at) =>
      sides.some(({ means }) => means[at] !== null)
        ? {
            id: name,
            head: metricHead(name),
            end: true,
            cell: ({ side }: Side) => {
              const mean = side.means[at] ?? null;
              return mean === null ? <Unknown /> : printMetric(name, mean);
            },
          }
        : [],
    ),
  ];
  return (
    <Panel title="Means by side" flush>
      <Table
        caption="Means of the runs that are over"
        columns={columns}
        rows={sides.map((side, at) => ({ at, side }))}
        keyOf={({ at }) => String(at)}
      />
    </Panel>
  );
}

/** Findings shown at once. */
const SAID_MAX = 8;
const TONES = { sure: 'good', unsure: 'idle', 'too-few': 'idle' } as const;

function Sayings({ said }: { readonly said: readonly Said[] }) {
  return (
    <ul class="said">
      {said.map(({ words, grounds, kind }) => (
        <li key={words + grounds}>
          <StatusMark tone={TONES[kind]}>
            <Foreign text={words} />
          </StatusMark>
          <span class="soft">{grounds}</span>
        </li>
      ))}
    </ul>
  );
}

/** Whether the differences mean anything. */
export function Significance({ comparison }: { readonly comparison: Comparison }) {
  const said = useMemo(() => sayTests(comparison), [comparison]);
  if (said.length === 0)
    return (
      <Panel title="Do the differences mean anything?">
        <p class="soft">
          That can be said of runs that share a data set: ask with <code>--dataset</code>, and score single items with{' '}
          <code>pylon rlm tag RUN item:ID=1</code>.
        </p>
      </Panel>
    );
  const rest = said.slice(SAID_MAX);
  return (
    <Panel title="Do the differences mean anything?">
      <Sayings said={said.slice(0, SAID_MAX)} />
      {rest.length === 0 ? null : (
        <details>
          <summary>{plural(rest.length, 'more test')}</summary>
          <Sayings said={rest} />
        </details>
      )}
    </Panel>
  );
}

/** How the runs were asked: what differs, and folded what does not. @param run any of them */
export function Settings({
  comparison,
  run,
}: {
  readonly comparison: Comparison;
  readonly run: RunRecord | undefined;
}) {
  const { differences } = comparison;
  const shared = run === undefined ? [] : sharedSettings(run, differences);
  const said = (values: readonly string[]) => {
    const counts = new Map<string, number>();
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
    return [...counts].map(([value, count]) => (
      <span key={value} class="differs">
        <Foreign text={printSetting(value)} />
        {counts.size === values.length ? null : <span class="soft"> × {count}</span>}
      </span>
    ));
  };
  return (
    <Panel title="How they were asked">
      {differences.length === 0 ? (
        <p class="soft">All in the same way.</p>
      ) : (
        <Facts
          facts={differences.map(({ field, values }) => [
            settingHead(field),
            <span key={field} class="differing">
              {said(values)}
            </span>,
          ])}
        />
      )}
      {shared.length === 0 ? null : (
        <details>
          <summary class="soft">{plural(shared.length, 'setting')} the same in all of them</summary>
          <Facts
            facts={shared.map(([field, json]) => [
              settingHead(field),
              <Foreign key={field} text={printSetting(json)} />,
            ])}
          />
        </details>
      )}
    </Panel>
  );
}
