// One night of improvement: each step, what it made and what it cost.
import '../dse.css';
import type { NightCheck, NightId, Night as NightRecord, NightStepRow } from '../../../protocol/dse/overnight.ts';
import { grouped, plural } from '../../../protocol/words.ts';
import { pathOf } from '../../app/routes.ts';
import type { ViewProps } from '../../app/views.ts';
import { printScore } from '../../experiments/metric-words.ts';
import { Duration, Money, Unknown } from '../../parts/amounts.tsx';
import { Foreign } from '../../parts/foreign.tsx';
import { StatusMark } from '../../parts/mark.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Facts, Panel } from '../../parts/panel.tsx';
import { RawFold } from '../../parts/raw.tsx';
import { Empty, Loaded } from '../../parts/states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { useResource } from '../../parts/use-resource.ts';
import { Above, Artifact, shortName, signatureWords } from '../crumbs.tsx';
import { nightPath } from '../paths.ts';
import { Said } from '../said.tsx';
import { NIGHT_SAID, STEP_SAID } from '../tones.ts';
import { linkOf, meanScore } from './night-links.ts';

const LINKS_SHOWN = 6;

function Ids({ ids, signatureId }: { readonly ids: readonly NightId[]; readonly signatureId: string }) {
  if (ids.length === 0) return <Unknown />;
  return (
    <span class="night-ids">
      {ids.slice(0, LINKS_SHOWN).map((id) => {
        const to = linkOf(id, signatureId);
        const words = `${id.kind} ${id.id.length > 20 ? `…${shortName(id.id).slice(-8)}` : id.id}`;
        return to === undefined ? (
          <span key={`${id.kind} ${id.id}`} title={id.id}>
            {words}
          </span>
        ) : (
          <a key={`${id.kind} ${id.id}`} href={to} title={id.id}>
            {words}
          </a>
        );
      })}
      {ids.length > LINKS_SHOWN ? <span class="soft">and {plural(ids.length - LINKS_SHOWN, 'more id')}</span> : null}
    </span>
  );
}

function columnsOf({ signatureId }: NightRecord): readonly Column<NightStepRow>[] {
  return [
    { id: 'step', head: 'Step', names: true, cell: ({ step }) => step },
    { id: 'status', head: 'Status', cell: ({ status }) => <Said said={STEP_SAID[status]} /> },
    {
      id: 'took',
      head: 'Took',
      end: true,
      cell: ({ startedAtMs, endedAtMs }) => <Duration ms={endedAtMs - startedAtMs} />,
    },
    { id: 'cost', head: 'Sats', end: true, cell: ({ costMsat }) => <Money msat={costMsat} bare /> },
    {
      id: 'score',
      head: 'Score',
      end: true,
      cell: ({ probes = [] }) => {
        const score = meanScore(probes);
        return score === undefined ? <Unknown /> : printScore(score);
      },
    },
    { id: 'ids', head: 'Evidence', cell: ({ ids }) => <Ids ids={ids} signatureId={signatureId} /> },
    { id: 'note', head: 'Note', wide: true, cell: ({ note }) => <Foreign text={note} title={note} /> },
  ];
}

/** Whether everything that the night names is there. */
function Checked({ nightId }: { readonly nightId: string }) {
  const told = useResource<NightCheck>(`${nightPath(nightId)}/check`);
  return (
    <Loaded from={told} words="Looking up what it names…">
      {({ ids, dangling }) =>
        dangling.length === 0 ? (
          <StatusMark tone="good">all {plural(ids, 'id')} found</StatusMark>
        ) : (
          <StatusMark tone="bad">
            {plural(dangling.length, 'id')} of {grouped(ids)} not found:{' '}
            {dangling
              .slice(0, LINKS_SHOWN)
              .map(({ step, kind, id }) => `${kind} ${id} of ${step}`)
              .join(', ')}
          </StatusMark>
        )
      }
    </Loaded>
  );
}

function Summary({ night }: { readonly night: NightRecord }) {
  const { promoted, costMsat, budgetMsat, gitSha, window } = night;
  return (
    <Panel title="Summary">
      <Facts
        facts={[
          ['promoted', promoted === null ? 'nothing' : <Artifact key="promoted" id={promoted} />],
          [
            'cost',
            <span key="cost">
              <Money msat={costMsat} /> of at most <Money msat={budgetMsat} />
            </span>,
          ],
          ['window', `${new Date(window.fromMs).toLocaleString()} to ${new Date(window.untilMs).toLocaleString()}`],
          ['what it names', <Checked key="checked" nightId={night.nightId} />],
          ['code', <Foreign key="sha" text={gitSha === '' ? 'unknown' : gitSha} />],
          ...(night.open === null ? [] : ([['open step', night.open.step]] as const)),
        ]}
      />
      <RawFold value={night} what="night" />
    </Panel>
  );
}

export default function Night({ subject }: ViewProps) {
  const told = useResource<NightRecord>(nightPath(subject));
  const night = told.data.value;
  return (
    <>
      <PageHead
        title={night === undefined ? 'Night' : `Night of ${signatureWords(night.signatureId)}`}
        above={<Above signatureId={night?.signatureId} />}
      >
        {night === undefined ? (
          ''
        ) : (
          <>
            <Said said={NIGHT_SAID[night.status]} /> <Time at={night.window.fromMs} />
          </>
        )}
      </PageHead>
      <Loaded from={told} words="Reading the night…">
        {(found) => (
          <>
            <Summary night={found} />
            {found.steps.length === 0 ? (
              <Empty title="No step is over yet" />
            ) : (
              <section class="panel panel-flush" aria-label="Steps">
                <Table
                  caption="Steps, in order"
                  showCaption
                  columns={columnsOf(found)}
                  rows={found.steps}
                  keyOf={({ step, startedAtMs }) => `${step} ${startedAtMs}`}
                />
              </section>
            )}
            <p>
              <a href={pathOf('dse-signature', found.signatureId)}>Everything of {signatureWords(found.signatureId)}</a>
            </p>
          </>
        )}
      </Loaded>
    </>
  );
}
