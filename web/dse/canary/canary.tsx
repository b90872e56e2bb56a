// One canary: how it and its control do, how strong the evidence against it is and was, and what was decided when.
import '../dse.css';
import { useMemo } from 'preact/hooks';
import type { CanaryCounts, CanaryHistoryRow, Canary as CanaryRecord } from '../../../protocol/dse/canary.ts';
import type { CanaryHistory } from '../../../protocol/dse/in-force.ts';
import { plural } from '../../../protocol/words.ts';
import { pathOf } from '../../app/routes.ts';
import type { ViewProps } from '../../app/views.ts';
import type { Drawing } from '../../charts/draw.ts';
import { TimeChart } from '../../charts/time-chart.tsx';
import { Count, Share } from '../../parts/amounts.tsx';
import { Foreign } from '../../parts/foreign.tsx';
import { LongTable } from '../../parts/long-table.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Facts, Panel } from '../../parts/panel.tsx';
import { RawFold } from '../../parts/raw.tsx';
import { Empty, Loaded } from '../../parts/states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { useResource } from '../../parts/use-resource.ts';
import { Above, Artifact, signatureWords } from '../crumbs.tsx';
import { canaryPath } from '../paths.ts';
import { Said } from '../said.tsx';
import { CANARY_SAID } from '../tones.ts';
import { eValueColumns, printE, stopLog10 } from './e-value.ts';

const HEIGHT_PX = 240;
const DRAWING: Drawing = {
  series: [
    { name: 'E', colour: '--busy', words: printE },
    { name: 'stops at', colour: '--bad', dash: [6, 4], words: printE },
  ],
  heightPx: HEIGHT_PX,
};

interface Arm {
  readonly name: string;
  readonly artifact: string;
  readonly counts: CanaryCounts;
}

const share = (part: number, of: number) => (of === 0 ? null : part / of);

const ARM_COLUMNS: readonly Column<Arm>[] = [
  { id: 'arm', head: 'Arm', names: true, cell: ({ name }) => name },
  { id: 'artifact', head: 'Parameters', cell: ({ artifact }) => <Artifact id={artifact} /> },
  { id: 'receipts', head: 'Receipts', end: true, cell: ({ counts }) => <Count of={counts.receipts} /> },
  { id: 'errors', head: 'Errors', end: true, cell: ({ counts }) => <Count of={counts.errors} /> },
  {
    id: 'rate',
    head: 'Error rate',
    end: true,
    cell: ({ counts }) => <Share share={share(counts.errors, counts.receipts)} />,
  },
  { id: 'troubles', head: 'Form, repairs, budgets', end: true, cell: ({ counts }) => <Count of={counts.troubles} /> },
  { id: 'bad', head: 'Judged bad', end: true, cell: ({ counts }) => `${counts.bad} of ${counts.judged}` },
];

const HISTORY_COLUMNS: readonly Column<CanaryHistoryRow>[] = [
  { id: 'at', head: 'When', names: true, cell: ({ atMs }) => <Time at={atMs} /> },
  { id: 'action', head: 'Action', cell: ({ action }) => action.replace('_', ' ') },
  { id: 'e', head: 'E', end: true, cell: ({ logE }) => printE(logE / Math.LN10) },
  {
    id: 'canary',
    head: 'Canary failed',
    end: true,
    cell: ({ canary }) => `${canary.errors} of ${canary.receipts}`,
  },
  {
    id: 'control',
    head: 'Control failed',
    end: true,
    cell: ({ control }) => `${control.errors} of ${control.receipts}`,
  },
  {
    id: 'receipt',
    head: 'Receipt',
    cell: ({ receiptId }) =>
      receiptId === null ? (
        '–'
      ) : (
        <a href={pathOf('dse-receipt', receiptId)}>
          <code>…{receiptId.slice(-8)}</code>
        </a>
      ),
  },
  { id: 'reason', head: 'Why', wide: true, cell: ({ reason }) => <Foreign text={reason} title={reason} /> },
];

function Evidence({ canary, rows }: CanaryHistory) {
  const columns = useMemo(() => eValueColumns(rows, canary.plan), [rows, canary.plan]);
  if (rows.length < 2) return null;
  return (
    <Panel title="Evidence that it fails more often">
      <p class="soft">
        E is how many times likelier what was seen is of a canary that fails more often than of one that does not. At{' '}
        {printE(stopLog10(canary.plan))} it is stopped; it may be looked at after every receipt.
      </p>
      <TimeChart label="E over time; the table below has the values" columns={columns} drawing={DRAWING} />
    </Panel>
  );
}

function Plan({ canary }: { readonly canary: CanaryRecord }) {
  const { plan } = canary;
  return (
    <Panel title="What was agreed">
      <Facts
        facts={[
          ['share of predictions', `${plan.rolloutPct} %`],
          ['receipts before it can pass', String(plan.minSamples)],
          ['error rate at most', `${plan.maxErrorRate * 100} %`],
          ['worse by at most, to pass', `${plan.margin * 100} points`],
          ['chance of stopping a harmless one', `${plan.alpha * 100} %`],
          ['why', <Foreign key="why" text={plan.reason} />],
        ]}
      />
      <RawFold value={canary} what="canary" />
    </Panel>
  );
}

export default function Canary({ subject }: ViewProps) {
  const told = useResource<CanaryHistory>(canaryPath(subject));
  const canary = told.data.value?.canary;
  return (
    <>
      <PageHead
        title={canary === undefined ? 'Canary' : `Canary of ${signatureWords(canary.plan.signatureId)}`}
        above={<Above signatureId={canary?.plan.signatureId} />}
        actions={
          <button type="button" class="button" onClick={() => void told.load()}>
            Look again
          </button>
        }
      >
        {canary === undefined ? (
          ''
        ) : (
          <>
            <Said said={CANARY_SAID[canary.status]} /> since <Time at={canary.startedAtMs} />
            {canary.endedAtMs === null ? null : (
              <>
                , ended <Time at={canary.endedAtMs} />
              </>
            )}
            : <Foreign text={canary.reason} />
          </>
        )}
      </PageHead>
      <Loaded from={told} words="Reading the canary…">
        {(view) => (
          <>
            <section class="panel panel-flush" aria-label="Arms">
              <Table
                caption="How the arms do"
                showCaption
                columns={ARM_COLUMNS}
                rows={[
                  { name: 'canary', artifact: view.canary.plan.canary_compiled_id, counts: view.canary.canary },
                  { name: 'control', artifact: view.canary.control_compiled_id, counts: view.canary.control },
                ]}
                keyOf={({ name }) => name}
              />
            </section>
            <Evidence {...view} />
            {view.rows.length === 0 ? (
              <Empty title="Nothing happened yet" />
            ) : (
              <section class="panel panel-flush" aria-label="History">
                <LongTable
                  caption={`${plural(view.rows.length, 'event')}, newest first`}
                  showCaption
                  columns={HISTORY_COLUMNS}
                  rows={view.rows.toReversed()}
                  keyOf={({ seq }) => String(seq)}
                />
              </section>
            )}
            <Plan canary={view.canary} />
          </>
        )}
      </Loaded>
    </>
  );
}
