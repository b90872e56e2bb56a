// Receipts of predictions, newest first: of one signature or of all.
import '../dse.css';
import type { ReceiptPage, ReceiptSummary } from '../../../protocol/receipt-list.ts';
import { pathOf } from '../../app/routes.ts';
import { Duration } from '../../parts/amounts.tsx';
import { Foreign } from '../../parts/foreign.tsx';
import { StatusMark } from '../../parts/mark.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Empty, Loaded } from '../../parts/states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { useResource } from '../../parts/use-resource.ts';
import { ask, asked, queryOf } from '../address.ts';
import { Above, SignatureLink } from '../crumbs.tsx';
import { SignatureChoice } from '../signature-choice.tsx';

const PAGE = 50;

const COLUMNS: readonly Column<ReceiptSummary>[] = [
  {
    id: 'receipt',
    head: 'Receipt',
    names: true,
    cell: ({ receiptId }) => (
      <a href={pathOf('dse-receipt', receiptId)}>
        <code>…{receiptId.slice(-8)}</code>
      </a>
    ),
  },
  { id: 'signature', head: 'Signature', cell: ({ signatureId }) => <SignatureLink signatureId={signatureId} /> },
  { id: 'strategy', head: 'Strategy', cell: ({ strategyId }) => <Foreign text={strategyId} /> },
  { id: 'model', head: 'Model', wide: true, cell: ({ model }) => <Foreign class="soft" text={model} /> },
  {
    id: 'result',
    head: 'Result',
    cell: ({ errorCode }) =>
      errorCode === null ? <StatusMark tone="good">done</StatusMark> : <StatusMark tone="bad">{errorCode}</StatusMark>,
  },
  { id: 'took', head: 'Took', end: true, cell: ({ latencyMs }) => <Duration ms={latencyMs} /> },
  { id: 'ended', head: 'Ended', end: true, cell: ({ endedAtMs }) => <Time at={endedAtMs} /> },
];

export default function Receipts() {
  const { signature, before, run } = asked('signature', 'before', 'run');
  const path = `/api/dse/receipts/list${queryOf({ limit: String(PAGE), signature, before, run })}`;
  const page = useResource<ReceiptPage>(path);
  return (
    <>
      <PageHead
        title="Receipts"
        above={<Above />}
        actions={<SignatureChoice value={signature} onChoose={(id) => ask({ signature: id, before: '' })} />}
      >
        What each prediction was made with, and what it came to.
      </PageHead>
      <Loaded from={page}>
        {({ receipts, next_before: next }) =>
          receipts.length === 0 ? (
            <Empty title="No receipts here">
              <p>
                Every question leaves some: <code>pylon rlm "…" --file …</code>
              </p>
            </Empty>
          ) : (
            <>
              <section class="panel panel-flush" aria-label="Receipts">
                <Table
                  caption="Receipts, newest first"
                  columns={COLUMNS}
                  rows={receipts}
                  keyOf={({ receiptId, runId }) => `${receiptId} ${runId}`}
                />
              </section>
              <p class="actions">
                {before !== '' ? (
                  <button type="button" class="button" onClick={() => ask({ before: '' })}>
                    Newest
                  </button>
                ) : null}
                {next === null ? null : (
                  <button type="button" class="button" onClick={() => ask({ before: next })}>
                    Older
                  </button>
                )}
              </p>
            </>
          )
        }
      </Loaded>
    </>
  );
}
