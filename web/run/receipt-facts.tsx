// How the answer was found, as the run's own receipt has it: which strategy and why, what it used and what stopped it.
import { useEffect, useState } from 'preact/hooks';
import type { PredictReceipt } from '../../protocol/receipt.ts';
import type { RunState } from '../../protocol/run-state.ts';
import { plural } from '../../protocol/words.ts';
import { ApiError, call } from '../api/client.ts';
import { pathOf } from '../app/routes.ts';
import { Failure } from '../parts/failure.tsx';
import { Facts } from '../parts/panel.tsx';
import { shownText } from '../parts/shown-text.ts';
import { Empty, Loading } from '../parts/states.tsx';
import { receiptHashOf, receiptRows } from './receipt-rows.ts';

/** @throws ApiError */
async function fetchReceipt(runId: string, hash: string, signal: AbortSignal): Promise<PredictReceipt> {
  const answer = await call(`/api/runs/${encodeURIComponent(runId)}/blobs/${hash}`, { signal });
  return JSON.parse(await answer.text()) as PredictReceipt;
}

export function ReceiptFacts({ state }: { readonly state: RunState }) {
  const hash = receiptHashOf(state);
  const [receipt, setReceipt] = useState<PredictReceipt>();
  const [error, setError] = useState<ApiError>();
  useEffect(() => {
    setReceipt(undefined);
    setError(undefined);
    if (hash === undefined) return;
    const until = new AbortController();
    fetchReceipt(state.id, hash, until.signal).then(setReceipt, (thrown: unknown) => {
      if (!until.signal.aborted)
        setError(thrown instanceof ApiError ? thrown : new ApiError(0, 'internal', String(thrown), ''));
    });
    return () => until.abort();
  }, [state.id, hash]);
  if (hash === undefined)
    return (
      <Empty title="There is no receipt yet">
        {state.status === 'running'
          ? `It is written when the run ends; ${plural(state.iterations, 'step')} so far.`
          : 'Runs of before there were receipts have none.'}
      </Empty>
    );
  if (error !== undefined) return <Failure error={error} />;
  if (receipt === undefined) return <Loading words="Reading the receipt…" />;
  return (
    <>
      <Facts facts={receiptRows(receipt).map(([name, value]) => [name, shownText(value)] as const)} />
      <p>
        <a href={pathOf('dse-receipt', receipt.receiptId)}>Its steps, hashes and the whole of it</a>
      </p>
    </>
  );
}
