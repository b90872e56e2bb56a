// What each provider is owed, is being paid and has been paid.
import type { LedgerReport } from '../../protocol/money-report.ts';
import { Money } from '../parts/amounts.tsx';
import { LongTable } from '../parts/long-table.tsx';
import { Panel } from '../parts/panel.tsx';
import { Empty } from '../parts/states.tsx';
import type { Column } from '../parts/table.tsx';
import { ProviderLink } from '../providers/provider-link.tsx';

type Payable = LedgerReport['providers'][number];

const COLUMNS: readonly Column<Payable>[] = [
  { id: 'provider', head: 'Provider', names: true, cell: ({ provider }) => <ProviderLink provider={provider} /> },
  { id: 'owed', head: 'Owed', end: true, cell: ({ owed_msat }) => <Money msat={owed_msat} bare /> },
  { id: 'inflight', head: 'On its way', end: true, cell: ({ inflight_msat }) => <Money msat={inflight_msat} bare /> },
  { id: 'paid', head: 'Paid', end: true, cell: ({ paid_msat }) => <Money msat={paid_msat} bare /> },
];

export function Owed({ providers }: { readonly providers: readonly Payable[] }) {
  return (
    <Panel title="By provider" flush>
      {providers.length === 0 ? (
        <Empty title="Nobody was ever owed anything" />
      ) : (
        <LongTable
          caption="Owed and paid by provider, in sats"
          columns={COLUMNS}
          rows={providers}
          keyOf={({ provider }) => provider}
        />
      )}
    </Panel>
  );
}
