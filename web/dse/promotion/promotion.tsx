// One look of a gate: what the winner of a search did on examples that no search has seen, and what the gate made of it.
import '../dse.css';
import type { Promotion as PromotionRecord } from '../../../protocol/dse/promotion.ts';
import { reportIdOf } from '../../../protocol/dse/report-id.ts';
import { plural } from '../../../protocol/words.ts';
import { pathOf } from '../../app/routes.ts';
import type { ViewProps } from '../../app/views.ts';
import { printScore } from '../../experiments/metric-words.ts';
import { printP } from '../../experiments/significance-words.ts';
import { Duration, Money, Share } from '../../parts/amounts.tsx';
import { Foreign } from '../../parts/foreign.tsx';
import { StatusMark } from '../../parts/mark.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Facts, Panel } from '../../parts/panel.tsx';
import { RawFold } from '../../parts/raw.tsx';
import { Loaded } from '../../parts/states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { useResource } from '../../parts/use-resource.ts';
import { Above, Artifact, signatureWords } from '../crumbs.tsx';
import { promotionPath } from '../paths.ts';
import { Said } from '../said.tsx';
import { gateSaid } from '../tones.ts';

interface ArmRow {
  readonly name: string;
  readonly arm: PromotionRecord['baseline'];
}

const ARM_COLUMNS: readonly Column<ArmRow>[] = [
  { id: 'name', head: 'Arm', names: true, cell: ({ name }) => name },
  { id: 'artifact', head: 'Parameters', cell: ({ arm }) => <Artifact id={arm.compiled_id} /> },
  { id: 'score', head: 'Score', end: true, cell: ({ arm }) => printScore(arm.score) },
  { id: 'errors', head: 'Error rate', end: true, cell: ({ arm }) => <Share share={arm.errorRate} /> },
  { id: 'sats', head: 'Sats', end: true, cell: ({ arm }) => <Money msat={arm.costMsat} bare /> },
  { id: 'calls', head: 'Calls', end: true, cell: ({ arm }) => printScore(arm.calls) },
  { id: 'time', head: 'Time', end: true, cell: ({ arm }) => <Duration ms={arm.latencyMs} /> },
];

const TESTS: Readonly<Record<PromotionRecord['test']['name'], string>> = {
  mcnemar: 'exact McNemar test, one-sided',
  paired_bootstrap: 'paired bootstrap, one-sided',
};

const HARMS: Readonly<Record<PromotionRecord['nonInferiority'][number]['what'], string>> = {
  score: 'score, lost',
  cost: 'cost, times the baseline’s',
  latency: 'time, times the baseline’s',
  error_rate: 'error rate, risen by',
};

const GAINS: Readonly<Record<PromotionRecord['rule']['goal'], string>> = {
  score: 'gain of the score',
  cost: 'share of the cost saved',
};

function Evidence({ promotion }: { readonly promotion: PromotionRecord }) {
  const { test, rule, look, n, nonInferiority, override, reason } = promotion;
  return (
    <Panel title="What it rests on">
      <Facts
        facts={[
          ['in words', <Foreign key="reason" text={reason} />],
          ...(override === null
            ? []
            : ([['overridden', <Foreign key="override" text={`${override.by}: ${override.reason}`} />]] as const)),
          ['examples', `${plural(n, 'held-out example')}, look ${look}`],
          ['test', `${TESTS[test.name]}: p ${printP(test.p)}, to be below ${printScore(test.alpha)}`],
          [GAINS[rule.goal], `${printScore(test.delta)}, to be at least ${printScore(test.minHoldoutDelta)}`],
          ...nonInferiority.map(
            ({ what, ratioOrDelta, bound, holds }) =>
              [
                HARMS[what],
                <StatusMark key={what} tone={holds ? 'good' : 'bad'}>
                  at most {printScore(ratioOrDelta)}, bound {printScore(bound)}
                </StatusMark>,
              ] as const,
          ),
        ]}
      />
      <RawFold value={promotion} what="promotion" />
    </Panel>
  );
}

export default function Promotion({ subject }: ViewProps) {
  const told = useResource<PromotionRecord>(promotionPath(subject));
  const promotion = told.data.value;
  return (
    <>
      <PageHead
        title={promotion === undefined ? 'Gate' : `Gate of ${signatureWords(promotion.signatureId)}`}
        above={<Above signatureId={promotion?.signatureId} />}
      >
        {promotion === undefined ? (
          ''
        ) : (
          <>
            <Said said={gateSaid(promotion)} /> <Time at={promotion.atMs} />, from{' '}
            <a href={pathOf('dse-compile', reportIdOf(promotion.jobHash, promotion.datasetHash))}>its compile</a>
          </>
        )}
      </PageHead>
      <Loaded from={told} words="Reading what the gate found…">
        {(found) => (
          <>
            <section class="panel panel-flush" aria-label="Arms">
              <Table
                caption="On the held-out examples; means per prediction"
                showCaption
                columns={ARM_COLUMNS}
                rows={[
                  { name: 'candidate', arm: found.candidate },
                  { name: 'in force before', arm: found.baseline },
                ]}
                keyOf={({ name }) => name}
              />
            </section>
            <Evidence promotion={found} />
          </>
        )}
      </Loaded>
    </>
  );
}
