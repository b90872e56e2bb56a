// One receipt: what a prediction was made with, what it came to, and, where it explored, how it got there.
import '../dse.css';
import type { PredictReceipt } from '../../../protocol/receipt.ts';
import { pathOf } from '../../app/routes.ts';
import type { ViewProps } from '../../app/views.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Foreign } from '../../parts/foreign.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Facts, Panel } from '../../parts/panel.tsx';
import { RawFold } from '../../parts/raw.tsx';
import { shownText } from '../../parts/shown-text.ts';
import { Loaded } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { useResource } from '../../parts/use-resource.ts';
import { receiptRows } from '../../run/receipt-rows.ts';
import { Above, Artifact, signatureWords } from '../crumbs.tsx';
import { Explored } from './explored.tsx';
import { JudgeOutput } from './judge.tsx';

function Hashes({ hashes }: Pick<PredictReceipt, 'hashes'>) {
  const facts = Object.entries(hashes).map(
    ([name, hash]) => [name, hash === null ? 'none' : <code class="key">{hash}</code>] as const,
  );
  return (
    <details>
      <summary>Hashes of what it was made of</summary>
      <Facts facts={facts} />
    </details>
  );
}

function Made({ receipt }: { readonly receipt: PredictReceipt }) {
  const { compiled_id, threadId, receiptId, runId } = receipt;
  const rows = receiptRows(receipt).map(([name, value]) => [name, shownText(value)] as const);
  return (
    <Panel title="What it was made with">
      <Facts
        facts={[
          ['parameters', <Artifact key="made" id={compiled_id} />],
          [
            'run',
            <a key="run" href={pathOf('run', runId)}>
              <Foreign text={runId} />
            </a>,
          ],
          ...(threadId === receiptId
            ? []
            : ([
                [
                  'part of',
                  <a key="thread" href={pathOf('dse-receipt', threadId)}>
                    <Foreign text={threadId} />
                  </a>,
                ],
              ] as const)),
          ...rows,
        ]}
      />
      <Hashes hashes={receipt.hashes} />
      <RawFold value={receipt} what="receipt" />
    </Panel>
  );
}

export default function Receipt({ subject }: ViewProps) {
  const told = useResource<PredictReceipt>(`/api/dse/receipt/${encodeURIComponent(subject)}`);
  const receipt = told.data.value;
  return (
    <>
      <PageHead
        title={receipt === undefined ? 'Receipt' : `Prediction of ${signatureWords(receipt.signatureId)}`}
        above={<Above signatureId={receipt?.signatureId} />}
      >
        <code class="key">{subject}</code> <CopyButton text={subject} what="receipt id" />{' '}
        {receipt === undefined ? null : <Time at={receipt.startedAtMs} />}
      </PageHead>
      <Loaded from={told} words="Reading the receipt…">
        {(found) => (
          <>
            <Made receipt={found} />
            <JudgeOutput receipt={found} />
            {found.rlmTrace === null && !found.strategyId.startsWith('distilled.') ? null : (
              <Explored receipt={found} />
            )}
          </>
        )}
      </Loaded>
    </>
  );
}
