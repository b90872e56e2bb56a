// The lists of the inspector that stand on its first page and on that of a signature: canaries, compiles, gates, nights.
import type { ComponentChildren } from 'preact';
import type { Canary } from '../../protocol/dse/canary.ts';
import type { CompileGlance, DseOverview, GateGlance, NightGlance } from '../../protocol/dse/overview.ts';
import { pathOf } from '../app/routes.ts';
import { printScore } from '../experiments/metric-words.ts';
import { printP } from '../experiments/significance-words.ts';
import { Count, Money } from '../parts/amounts.tsx';
import { Foreign } from '../parts/foreign.tsx';
import { Panel } from '../parts/panel.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';
import { printE } from './canary/e-value.ts';
import { Artifact, signatureWords } from './crumbs.tsx';
import { Said } from './said.tsx';
import { CANARY_SAID, COMPILE_SAID, gateSaid, NIGHT_SAID } from './tones.ts';

/** The first cell of each: the signature, as a link to what the row is about. */
function named<Row>(signatureOf: (row: Row) => string, to: (row: Row) => string): Column<Row> {
  return {
    id: 'signature',
    head: 'Signature',
    names: true,
    cell: (row) => (
      <a href={to(row)}>
        <Foreign text={signatureWords(signatureOf(row))} />
      </a>
    ),
  };
}

const CANARY_COLUMNS: readonly Column<Canary>[] = [
  named(
    ({ plan }) => plan.signatureId,
    ({ canaryId }) => pathOf('dse-canary', canaryId),
  ),
  { id: 'status', head: 'Status', cell: ({ status }) => <Said said={CANARY_SAID[status]} /> },
  { id: 'artifact', head: 'Canary', cell: ({ plan }) => <Artifact id={plan.canary_compiled_id} /> },
  { id: 'share', head: 'Share', end: true, cell: ({ plan }) => `${plan.rolloutPct} %` },
  {
    id: 'failed',
    head: 'Failed',
    end: true,
    cell: ({ canary }) => `${canary.errors} of ${canary.receipts}`,
  },
  {
    id: 'control',
    head: 'Control failed',
    end: true,
    cell: ({ control }) => `${control.errors} of ${control.receipts}`,
  },
  { id: 'e', head: 'E', end: true, cell: ({ errors }) => printE(errors.logE / Math.LN10) },
  { id: 'started', head: 'Started', end: true, cell: ({ startedAtMs }) => <Time at={startedAtMs} /> },
];

const COMPILE_COLUMNS: readonly Column<CompileGlance>[] = [
  named(
    ({ signatureId }) => signatureId,
    ({ reportId }) => pathOf('dse-compile', reportId),
  ),
  { id: 'status', head: 'Status', cell: ({ status }) => <Said said={COMPILE_SAID[status]} /> },
  { id: 'how', head: 'How', cell: ({ optimizer, reward }) => `${optimizer}, ${reward.replace('_', ' ')}` },
  { id: 'model', head: 'Model', wide: true, cell: ({ model }) => <Foreign class="soft" text={model} /> },
  { id: 'tried', head: 'Tried', end: true, cell: ({ tried }) => <Count of={tried} /> },
  { id: 'calls', head: 'Calls', end: true, cell: ({ calls }) => <Count of={calls} /> },
  { id: 'sats', head: 'Sats', end: true, cell: ({ spentMsat }) => <Money msat={spentMsat} bare /> },
  {
    id: 'chosen',
    head: 'Chosen',
    cell: ({ chosen }) => (chosen === null ? 'nothing' : <Artifact id={chosen} />),
  },
  { id: 'started', head: 'Started', end: true, cell: ({ startedAtMs }) => <Time at={startedAtMs} /> },
];

const GATE_COLUMNS: readonly Column<GateGlance>[] = [
  named(
    ({ signatureId }) => signatureId,
    ({ promotionId }) => pathOf('dse-promotion', promotionId),
  ),
  { id: 'verdict', head: 'Verdict', cell: (gate) => <Said said={gateSaid(gate)} /> },
  { id: 'artifact', head: 'Candidate', cell: ({ compiled_id }) => <Artifact id={compiled_id} /> },
  { id: 'delta', head: 'Gain', end: true, cell: ({ delta }) => printScore(delta) },
  { id: 'p', head: 'p', end: true, cell: ({ p }) => printP(p).replace('= ', '') },
  { id: 'n', head: 'Examples', end: true, cell: ({ n }) => <Count of={n} /> },
  { id: 'look', head: 'Look', end: true, cell: ({ look }) => <Count of={look} /> },
  { id: 'at', head: 'When', end: true, cell: ({ atMs }) => <Time at={atMs} /> },
];

const NIGHT_COLUMNS: readonly Column<NightGlance>[] = [
  named(
    ({ signatureId }) => signatureId,
    ({ nightId }) => pathOf('dse-night', nightId),
  ),
  { id: 'status', head: 'Status', cell: ({ status }) => <Said said={NIGHT_SAID[status]} /> },
  { id: 'steps', head: 'Steps', end: true, cell: ({ steps }) => <Count of={steps} /> },
  {
    id: 'promoted',
    head: 'Promoted',
    cell: ({ promoted }) => (promoted === null ? 'nothing' : <Artifact id={promoted} />),
  },
  { id: 'cost', head: 'Sats', end: true, cell: ({ costMsat }) => <Money msat={costMsat} bare /> },
  { id: 'at', head: 'Begun', end: true, cell: ({ window }) => <Time at={window.fromMs} /> },
];

interface ListProps<Row> {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  /** How one comes to be there. */
  readonly none: ComponentChildren;
}

function List<Row>({ title, rows, columns, keyOf, none }: ListProps<Row>) {
  return (
    <Panel title={title} flush>
      {rows.length === 0 ? (
        <p class="state soft">{none}</p>
      ) : (
        <Table caption={`${title}, the latest first`} columns={columns} rows={rows} keyOf={keyOf} />
      )}
    </Panel>
  );
}

export function Lists({ overview }: { readonly overview: DseOverview }) {
  const { canaries, compiles, gates, nights } = overview;
  return (
    <>
      <List
        title="Canaries"
        rows={canaries}
        columns={CANARY_COLUMNS}
        keyOf={({ canaryId }) => canaryId}
        none={
          <>
            None yet: <code>pylon dse canary start …</code>
          </>
        }
      />
      <List
        title="Compiles"
        rows={compiles}
        columns={COMPILE_COLUMNS}
        keyOf={({ reportId }) => reportId}
        none={
          <>
            None yet: <code>pylon dse compile …</code>
          </>
        }
      />
      <List
        title="Gates"
        rows={gates}
        columns={GATE_COLUMNS}
        keyOf={({ promotionId }) => promotionId}
        none={
          <>
            None yet: <code>pylon dse promote …</code>
          </>
        }
      />
      <List
        title="Nights"
        rows={nights}
        columns={NIGHT_COLUMNS}
        keyOf={({ nightId }) => nightId}
        none={
          <>
            None yet: <code>pylon dse overnight …</code>
          </>
        }
      />
    </>
  );
}
