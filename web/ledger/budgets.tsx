// Money that is set aside: the budgets of the runs that go on.
import type { LedgerReport } from '../../protocol/money-report.ts';
import { printSats } from '../../protocol/words.ts';
import { pathOf } from '../app/routes.ts';
import { Money } from '../parts/amounts.tsx';
import { Meter } from '../parts/meter.tsx';
import { Panel } from '../parts/panel.tsx';
import { Empty } from '../parts/states.tsx';
import { type Column, Table } from '../parts/table.tsx';

type Budget = LedgerReport['runs'][number];

const COLUMNS: readonly Column<Budget>[] = [
  {
    id: 'run',
    head: 'Run',
    names: true,
    cell: ({ run_id }) => (
      <a href={pathOf('run', run_id)}>
        <code>{run_id}</code>
      </a>
    ),
  },
  { id: 'limit', head: 'Budget', end: true, cell: ({ limit_msat }) => <Money msat={limit_msat} bare /> },
  { id: 'held', head: 'Held', end: true, cell: ({ held_msat }) => <Money msat={held_msat} bare /> },
  { id: 'settled', head: 'Owed or paid', end: true, cell: ({ settled_msat }) => <Money msat={settled_msat} bare /> },
  { id: 'available', head: 'Left', end: true, cell: ({ available_msat }) => <Money msat={available_msat} bare /> },
  {
    id: 'used',
    head: 'Used',
    cell: ({ limit_msat, available_msat }) => (
      <Meter
        label="Budget used"
        value={limit_msat - available_msat}
        max={limit_msat}
        words={`${printSats(limit_msat - available_msat)} of ${printSats(limit_msat)} sats`}
      />
    ),
  },
];

export function Budgets({ runs }: { readonly runs: readonly Budget[] }) {
  return (
    <Panel title="Held for runs that go on" flush>
      {runs.length === 0 ? (
        <Empty title="No run is holding money" />
      ) : (
        <Table caption="Budgets in sats" columns={COLUMNS} rows={runs} keyOf={({ run_id }) => run_id} />
      )}
    </Panel>
  );
}
