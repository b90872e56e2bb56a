// Money: what is held, owed, on its way and paid; the wallet that pays; and whether the books are right.
import './ledger.css';
import type { LedgerReport } from '../../protocol/money-report.ts';
import { plural } from '../../protocol/words.ts';
import { Money } from '../parts/amounts.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Figures, Panel } from '../parts/panel.tsx';
import { Loaded } from '../parts/states.tsx';
import { useResource } from '../parts/use-resource.ts';
import { Budgets } from './budgets.tsx';
import { Earnings } from './earnings.tsx';
import { Owed } from './owed.tsx';
import { Payouts } from './payouts.tsx';
import { useVerification, Verdict } from './verification.tsx';
import { Transactions, Wallet } from './wallet.tsx';

function Balances({ report }: { readonly report: LedgerReport }) {
  return (
    <Panel title="Balances">
      <Figures
        figures={[
          { label: 'Held', value: <Money msat={report.held_msat} />, note: 'set aside for questions under way' },
          { label: 'Owed', value: <Money msat={report.owed_msat} />, note: 'for work that passed, not paid yet' },
          { label: 'On its way', value: <Money msat={report.inflight_msat} />, note: 'not proven yet' },
          { label: 'Paid', value: <Money msat={report.paid_msat} />, note: 'each payment proven by a preimage' },
          { label: 'Routing', value: <Money msat={report.fees_msat} />, note: 'what paying has cost' },
        ]}
      />
    </Panel>
  );
}

export default function Ledger() {
  const ledger = useResource<LedgerReport>('/api/ledger');
  const { verdict, busy, verify } = useVerification();
  const entries = ledger.data.value?.entries;
  return (
    <>
      <PageHead
        title="Ledger"
        actions={
          <button type="button" class="button" disabled={busy} onClick={verify}>
            {busy ? 'Verifying…' : 'Verify the books'}
          </button>
        }
      >
        Double entry, in sats{entries === undefined ? '' : `; ${plural(entries, 'operation')} so far`}.
      </PageHead>
      {verdict === undefined ? null : <Verdict verdict={verdict} />}
      <Loaded from={ledger}>
        {(report) => (
          <>
            <Balances report={report} />
            <div class="books">
              <Budgets runs={report.runs} />
              <Owed providers={report.providers} />
            </div>
            <Payouts payouts={report.payouts} />
          </>
        )}
      </Loaded>
      <Wallet />
      <Transactions />
      <Earnings />
    </>
  );
}
