// The books held against themselves, the wallet and the earnings: each check with what it found.
import { useState } from 'preact/hooks';
import type { LedgerVerdict } from '../../protocol/money-report.ts';
import { read } from '../api/client.ts';
import { StatusMark } from '../parts/mark.tsx';
import { Panel } from '../parts/panel.tsx';
import { toastFailure } from '../parts/toast.tsx';

export interface Verification {
  readonly verdict: LedgerVerdict | undefined;
  readonly busy: boolean;
  verify(): void;
}

/** Nothing is verified until somebody asks: it reads every entry there is. */
export function useVerification(): Verification {
  const [verdict, setVerdict] = useState<LedgerVerdict>();
  const [busy, setBusy] = useState(false);
  const ask = async () => {
    setBusy(true);
    try {
      setVerdict(await read<LedgerVerdict>('/api/ledger/verify'));
    } catch (thrown) {
      toastFailure(thrown);
    } finally {
      setBusy(false);
    }
  };
  return { verdict, busy, verify: () => void ask() };
}

export function Verdict({ verdict }: { readonly verdict: LedgerVerdict }) {
  return (
    <Panel title="Verified just now">
      <p role="status">
        <StatusMark tone={verdict.ok ? 'good' : 'bad'}>
          {verdict.ok ? 'The books agree with all that they were held against' : 'Something does not agree'}
        </StatusMark>
      </p>
      <ul class="checks">
        {verdict.checks.map(({ check, ok, detail }) => (
          <li key={check}>
            <StatusMark tone={ok ? 'good' : 'bad'}>
              {check}
              <span class="visually-hidden">{ok ? ': holds' : ': does not hold'}</span>
            </StatusMark>
            <span class="soft">{detail}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
