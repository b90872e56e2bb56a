// The wallet that pays, what it holds, and what went through it.

import type { TransactionReport, WalletReport } from '../../protocol/money-report.ts';
import { Money } from '../parts/amounts.tsx';
import { Foreign } from '../parts/foreign.tsx';
import { LongTable } from '../parts/long-table.tsx';
import { Badge, StatusMark, type Tone } from '../parts/mark.tsx';
import { Facts, Panel } from '../parts/panel.tsx';
import { shownText } from '../parts/shown-text.ts';
import { Empty, Loaded } from '../parts/states.tsx';
import type { Column } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';
import { useResource } from '../parts/use-resource.ts';

/** Transactions asked for. */
const TRANSACTIONS_MAX = 200;

function Connection({ wallet }: { readonly wallet: WalletReport }) {
  const { kind, label, network, balance_msat, methods, alias, pubkey } = wallet;
  return (
    <>
      <p class="balance">
        <Money msat={balance_msat} /> {kind === 'hub' ? <Badge tone="late">play money</Badge> : null}
      </p>
      {kind === 'hub' ? (
        <p class="soft">
          The embedded hub pays with play money that is worth nothing elsewhere. Connect a wallet of your own with{' '}
          <code>pylon wallet connect</code>.
        </p>
      ) : null}
      <Facts
        facts={[
          ['Wallet', <Foreign key="wallet" text={alias === '' ? label : `${alias} (${label})`} />],
          ['Network', network],
          [
            'Key',
            <code key="key" class="key">
              {pubkey}
            </code>,
          ],
          ['Can', shownText(methods.join(', ').replaceAll('_', ' '))],
        ]}
      />
    </>
  );
}

export function Wallet() {
  const wallet = useResource<WalletReport>('/api/wallet');
  return (
    <Panel title="Wallet">
      <Loaded from={wallet} words="Asking the wallet…">
        {(told) => <Connection wallet={told} />}
      </Loaded>
    </Panel>
  );
}

const TONES: Readonly<Record<TransactionReport['state'], Tone>> = {
  pending: 'busy',
  settled: 'good',
  accepted: 'late',
  expired: 'idle',
  failed: 'bad',
};

const COLUMNS: readonly Column<TransactionReport>[] = [
  {
    id: 'what',
    head: 'What for',
    names: true,
    wide: true,
    cell: ({ description, payment_hash }) =>
      description === '' ? <code>{payment_hash.slice(0, 16)}…</code> : <Foreign text={description} />,
  },
  { id: 'type', head: 'Direction', cell: ({ type }) => (type === 'incoming' ? '↓ in' : '↑ out') },
  {
    id: 'amount',
    head: 'Sats',
    end: true,
    cell: ({ amount_msat, type }) => <Money msat={type === 'incoming' ? amount_msat : -amount_msat} bare />,
  },
  { id: 'fees', head: 'Fees', end: true, cell: ({ fees_msat }) => <Money msat={fees_msat} bare /> },
  { id: 'state', head: 'State', cell: ({ state }) => <StatusMark tone={TONES[state]}>{state}</StatusMark> },
  { id: 'when', head: 'When', end: true, cell: ({ settled_at, created_at }) => <Time at={settled_at ?? created_at} /> },
];

export function Transactions() {
  const path = `/api/wallet/transactions?limit=${TRANSACTIONS_MAX}`;
  const told = useResource<{ transactions: TransactionReport[] }>(path);
  return (
    <Panel title="Transactions of the wallet" flush>
      <Loaded from={told} words="Asking the wallet…">
        {({ transactions }) =>
          transactions.length === 0 ? (
            <Empty title="Nothing went through this wallet yet" />
          ) : (
            <LongTable
              caption="The latest transactions of the wallet, newest first"
              columns={COLUMNS}
              rows={transactions}
              keyOf={({ payment_hash, type }) => `${type} ${payment_hash}`}
            />
          )
        }
      </Loaded>
    </Panel>
  );
}
