// The latest runs: what was asked, how it ended, what it took.

import type { RunRecord } from '../../protocol/run.ts';
import { pathOf } from '../app/routes.ts';
import { Duration, Money, Share } from '../parts/amounts.tsx';
import { Foreign } from '../parts/foreign.tsx';
import { RunStatusMark } from '../parts/mark.tsx';
import { Panel } from '../parts/panel.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';

const COLUMNS: readonly Column<RunRecord>[] = [
  {
    id: 'query',
    head: 'Question',
    names: true,
    wide: true,
    cell: ({ id, query }) => (
      <a href={pathOf('run', id)}>
        <Foreign text={query} />
      </a>
    ),
  },
  { id: 'status', head: 'Status', cell: ({ status }) => <RunStatusMark status={status} /> },
  { id: 'created', head: 'Asked', cell: ({ created_at }) => <Time at={created_at} /> },
  { id: 'time', head: 'Took', end: true, cell: ({ metrics }) => <Duration ms={metrics.elapsed_ms} /> },
  { id: 'cost', head: 'Cost', end: true, cell: ({ metrics }) => <Money msat={metrics.cost_msat} /> },
  { id: 'coverage', head: 'Read', end: true, cell: ({ metrics }) => <Share share={metrics.coverage} /> },
];

export function Recent({ runs }: { readonly runs: readonly RunRecord[] }) {
  return (
    <Panel title="Recent runs" flush actions={<a href={pathOf('runs')}>All runs</a>}>
      <Table caption="Recent runs, newest first" columns={COLUMNS} rows={runs} keyOf={({ id }) => id} />
    </Panel>
  );
}
