// What the providers of this home earned, where it has any.
import type { EarningsReport } from '../../protocol/money-report.ts';
import { Count, Money } from '../parts/amounts.tsx';
import { Failure } from '../parts/failure.tsx';
import { LongTable } from '../parts/long-table.tsx';
import { StatusMark, type Tone } from '../parts/mark.tsx';
import { Panel } from '../parts/panel.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';
import { useResource } from '../parts/use-resource.ts';
import { ProviderLink, shortKey } from '../providers/provider-link.tsx';

type Earner = EarningsReport['providers'][number];
type Bill = EarningsReport['bills'][number];

const BILLS_MAX = 200;

const EARNERS: readonly Column<Earner>[] = [
  { id: 'provider', head: 'Provider', names: true, cell: ({ provider }) => <ProviderLink provider={provider} /> },
  { id: 'jobs', head: 'Jobs', end: true, cell: ({ jobs }) => <Count of={jobs} /> },
  { id: 'earned', head: 'Earned', end: true, cell: ({ earned_msat }) => <Money msat={earned_msat} bare /> },
  { id: 'received', head: 'Received', end: true, cell: ({ received_msat }) => <Money msat={received_msat} bare /> },
  { id: 'due', head: 'Due', end: true, cell: ({ due_msat }) => <Money msat={due_msat} bare /> },
  { id: 'disputed', head: 'Disputed', end: true, cell: ({ disputed_msat }) => <Money msat={disputed_msat} bare /> },
  { id: 'advance', head: 'In advance', end: true, cell: ({ advance_msat }) => <Money msat={advance_msat} bare /> },
];

const TONES: Readonly<Record<Bill['state'], Tone>> = { open: 'busy', paid: 'good', expired: 'idle' };

const BILLS: readonly Column<Bill>[] = [
  {
    id: 'customer',
    head: 'Customer',
    names: true,
    cell: ({ customer }) => <code title={customer}>{shortKey(customer)}</code>,
  },
  { id: 'provider', head: 'By', cell: ({ provider }) => <ProviderLink provider={provider} /> },
  { id: 'state', head: 'State', cell: ({ state }) => <StatusMark tone={TONES[state]}>{state}</StatusMark> },
  { id: 'amount', head: 'Sats', end: true, cell: ({ amount_msat }) => <Money msat={amount_msat} bare /> },
  { id: 'when', head: 'Since', end: true, cell: ({ updated_at }) => <Time at={updated_at} /> },
];

/** Nothing at all where nobody here ever provided. */
export function Earnings() {
  const { data, error, load } = useResource<EarningsReport>(`/api/earnings?limit=${BILLS_MAX}`);
  const report = data.value;
  if (error.value !== undefined && report === undefined)
    return <Failure error={error.value} retry={() => void load()} />;
  if (report === undefined || report.providers.length === 0) return null;
  return (
    <>
      <Panel title="Earned by providers of this home" flush>
        <Table
          caption="Earnings by provider, in sats"
          columns={EARNERS}
          rows={report.providers}
          keyOf={({ provider }) => provider}
        />
      </Panel>
      {report.bills.length === 0 ? null : (
        <Panel title="Invoices given" flush>
          <LongTable
            caption="Invoices given, newest first"
            columns={BILLS}
            rows={report.bills}
            keyOf={({ id }) => id}
          />
        </Panel>
      )}
    </>
  );
}
