// Every payout: to whom, how much, how it stands and why.

import type { PayoutReport } from '../../protocol/money-report.ts';
import { pathOf } from '../app/routes.ts';
import { Money } from '../parts/amounts.tsx';
import { Foreign } from '../parts/foreign.tsx';
import { LongTable } from '../parts/long-table.tsx';
import { StatusMark, type Tone } from '../parts/mark.tsx';
import { Panel } from '../parts/panel.tsx';
import { Empty } from '../parts/states.tsx';
import type { Column } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';
import { ProviderLink } from '../providers/provider-link.tsx';
import { meaningOf, type PayoutState, tallyOf } from './payout-states.ts';

const PAYOUT_TONES: Readonly<Record<PayoutState, Tone>> = {
  planned: 'idle',
  sent: 'busy',
  unknown: 'late',
  settled: 'good',
  failed: 'bad',
};

/** Runs named in a row; more are counted. */
const RUNS_NAMED = 2;

function Runs({ runs }: { readonly runs: PayoutReport['runs'] }) {
  return (
    <span class="run-links">
      {runs.slice(0, RUNS_NAMED).map(({ run_id }) => (
        <a key={run_id} href={pathOf('run', run_id)} title={run_id}>
          <code>…{run_id.slice(-6)}</code>
        </a>
      ))}
      {runs.length > RUNS_NAMED ? <span class="soft">+{runs.length - RUNS_NAMED}</span> : null}
    </span>
  );
}

const COLUMNS: readonly Column<PayoutReport>[] = [
  { id: 'provider', head: 'To', names: true, cell: ({ provider }) => <ProviderLink provider={provider} /> },
  {
    id: 'state',
    head: 'State',
    cell: ({ state }) => <StatusMark tone={PAYOUT_TONES[state]}>{state}</StatusMark>,
  },
  { id: 'amount', head: 'Sats', end: true, cell: ({ amount_msat }) => <Money msat={amount_msat} bare /> },
  { id: 'fees', head: 'Fees', end: true, cell: ({ fees_msat }) => <Money msat={fees_msat} bare /> },
  { id: 'runs', head: 'For runs', cell: ({ runs }) => <Runs runs={runs} /> },
  {
    id: 'why',
    head: 'Why',
    wide: true,
    cell: (payout) => <Foreign class="soft" text={meaningOf(payout)} title={meaningOf(payout)} />,
  },
  { id: 'when', head: 'Since', end: true, cell: ({ updated_at }) => <Time at={updated_at} /> },
];

export function Payouts({ payouts }: { readonly payouts: readonly PayoutReport[] }) {
  const tally = tallyOf(payouts).map(([state, count]) => (
    <StatusMark key={state} tone={PAYOUT_TONES[state]}>
      {count} {state}
    </StatusMark>
  ));
  return (
    <Panel title="Payouts" flush {...(tally.length === 0 ? {} : { actions: tally })}>
      {payouts.length === 0 ? (
        <Empty title="Nothing was paid yet">
          <p>What is owed to a provider is paid when its run ends, or earlier at a threshold.</p>
        </Empty>
      ) : (
        <LongTable caption="Payouts, newest first" columns={COLUMNS} rows={payouts} keyOf={({ id }) => id} />
      )}
    </Panel>
  );
}
