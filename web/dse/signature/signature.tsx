// One signature: what is in force for it and how that came to be, its prompt and parameters, and all that was tried for it.
import '../dse.css';
import type { PointerRow } from '../../../protocol/dse/artifact.ts';
import type { DseOverview } from '../../../protocol/dse/overview.ts';
import type { PredictParams } from '../../../protocol/predict-params.ts';
import { plural } from '../../../protocol/words.ts';
import { pathOf } from '../../app/routes.ts';
import type { ViewProps } from '../../app/views.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Foreign } from '../../parts/foreign.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Facts, Panel } from '../../parts/panel.tsx';
import { RawFold } from '../../parts/raw.tsx';
import { Empty, Loaded } from '../../parts/states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { useResource } from '../../parts/use-resource.ts';
import { queryOf } from '../address.ts';
import { Above, Artifact, signatureWords } from '../crumbs.tsx';
import { Lists } from '../lists.tsx';
import { overviewPath } from '../paths.ts';

/** As /api/dse/signatures tells it. */
interface Report {
  readonly signatureId: string;
  readonly about: string;
  readonly compiled_id: string;
  readonly params: PredictParams;
  readonly prompt: { readonly task: string; readonly rules: readonly string[]; readonly form: string };
  readonly input: unknown;
  readonly output: unknown;
  readonly hashes: Readonly<Record<string, string>>;
}

const HISTORY_COLUMNS: readonly Column<PointerRow>[] = [
  { id: 'at', head: 'When', names: true, cell: ({ atMs }) => <Time at={atMs} /> },
  { id: 'action', head: 'Action', cell: ({ action }) => action },
  { id: 'now', head: 'In force since', cell: ({ compiled_id }) => <Artifact id={compiled_id} /> },
  { id: 'before', head: 'Before', cell: ({ previous }) => <Artifact id={previous} /> },
  {
    id: 'evidence',
    head: 'Evidence',
    cell: ({ promotionId }) =>
      promotionId === null ? 'none needed' : <a href={pathOf('dse-promotion', promotionId)}>what the gate found</a>,
  },
  { id: 'reason', head: 'Why', wide: true, cell: ({ reason }) => <Foreign text={reason} title={reason} /> },
];

function History({ history, signatureId }: { readonly history: readonly PointerRow[]; readonly signatureId: string }) {
  const isPromoted = history[0]?.action === 'promote';
  const rollback = `pylon dse rollback ${signatureId}`;
  return (
    <Panel title="How it came to be in force" flush>
      {history.length === 0 ? (
        <p class="state soft">It has its own parameters; nothing was ever promoted for it.</p>
      ) : (
        <Table
          caption="Changes, the latest first"
          columns={HISTORY_COLUMNS}
          rows={history}
          keyOf={({ revision }) => String(revision)}
        />
      )}
      {isPromoted ? (
        <div class="rollback">
          <p class="soft">To take the latest promotion back, in one write:</p>
          <p class="command">
            <code>{rollback}</code>
            <CopyButton text={rollback} what="command" />
          </p>
        </div>
      ) : null}
    </Panel>
  );
}

function Contract({ report }: { readonly report: Report }) {
  const { prompt, params, hashes, input, output } = report;
  return (
    <Panel title="What it is asked by">
      <Facts
        facts={[
          ['task', <Foreign key="task" text={prompt.task} />],
          ['rules', prompt.rules.length === 0 ? 'none' : <Foreign key="rules" text={prompt.rules.join(' ')} />],
          ['answer', <code key="form">{prompt.form}</code>],
          ['few-shot examples', plural(params.fewShot?.length ?? 0, 'example')],
          ...Object.entries(hashes).map(
            ([name, hash]) =>
              [
                `hash: ${name}`,
                <code key={name} class="key">
                  {hash}
                </code>,
              ] as const,
          ),
        ]}
      />
      <RawFold value={params} what="parameters in force" />
      <RawFold value={{ input, output }} what="schemas" />
    </Panel>
  );
}

function Dataset({ overview, signatureId }: { readonly overview: DseOverview; readonly signatureId: string }) {
  const dataset = overview.signatures.find((one) => one.signatureId === signatureId)?.dataset ?? null;
  const link = (words: string, more: Readonly<Record<string, string>>) => (
    <a href={`${pathOf('dse-examples')}${queryOf({ signature: signatureId, ...more })}`}>{words}</a>
  );
  return (
    <Panel title="What it is measured by" actions={link('All its examples', {})}>
      {dataset === null ? (
        <p class="soft">It has no examples yet.</p>
      ) : (
        <Facts
          facts={[
            ['train', link(plural(dataset.splits.train, 'example'), { split: 'train' })],
            ['dev', link(plural(dataset.splits.dev, 'example'), { split: 'dev' })],
            ['holdout', link(plural(dataset.splits.holdout, 'example'), { split: 'holdout' })],
            ['to be judged', link(plural(dataset.pending, 'example'), { review: 'pending' })],
            [
              'hash',
              <code key="hash" class="key">
                {dataset.datasetHash}
              </code>,
            ],
          ]}
        />
      )}
    </Panel>
  );
}

export default function Signature({ subject }: ViewProps) {
  const overview = useResource<DseOverview>(overviewPath(subject));
  const known = useResource<{ readonly signatures: readonly Report[] }>('/api/dse/signatures');
  const report = known.data.value?.signatures.find(({ signatureId }) => signatureId === subject);
  return (
    <>
      <PageHead
        title={signatureWords(subject)}
        above={<Above />}
        actions={
          <a class="button" href={`${pathOf('dse-receipts')}${queryOf({ signature: subject })}`}>
            Its receipts
          </a>
        }
      >
        <code class="key">{subject}</code>
        {report === undefined ? null : (
          <>
            {' '}
            is made with <Artifact id={report.compiled_id} />
          </>
        )}
      </PageHead>
      <Loaded from={overview}>
        {(told) => (
          <>
            <History history={told.history} signatureId={subject} />
            <Dataset overview={told} signatureId={subject} />
            <Lists overview={told} />
          </>
        )}
      </Loaded>
      <Loaded from={known}>
        {() =>
          report === undefined ? (
            <Empty title="There is no such signature">
              <p>
                See <a href={pathOf('dse')}>those that there are</a>.
              </p>
            </Empty>
          ) : (
            <Contract report={report} />
          )
        }
      </Loaded>
    </>
  );
}
