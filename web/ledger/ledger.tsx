// Money: what is held, owed, on its way and paid.
import type { LedgerReport } from '../../protocol/money-report.ts';
import { Failure } from '../parts/failure.tsx';
import { useResource } from '../parts/use-resource.ts';

export default function Ledger() {
  const { data, error, load } = useResource<LedgerReport>('/api/ledger');
  const report = data.value;
  return (
    <>
      <h1>Ledger</h1>
      {error.value === undefined ? null : <Failure error={error.value} retry={() => void load()} />}
      {report === undefined ? null : (
        <p>
          {report.paid_msat} msat paid, {report.owed_msat} owed, {report.inflight_msat} on their way, {report.held_msat}{' '}
          held
        </p>
      )}
    </>
  );
}
