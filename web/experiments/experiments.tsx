// Experiments: groups of runs that are compared.
import { Foreign } from '../parts/foreign.tsx';
import './experiments.css';
import type { ExperimentList, ExperimentReport } from '../../protocol/experiment-report.ts';
import { grouped, plural } from '../../protocol/words.ts';
import { pathOf } from '../app/routes.ts';
import { Count } from '../parts/amounts.tsx';
import { LongTable } from '../parts/long-table.tsx';
import { Mark, TONE_OF_STATUS } from '../parts/mark.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Empty, Loaded } from '../parts/states.tsx';
import type { Column } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';
import { useResource } from '../parts/use-resource.ts';

const NOTE_CHARS = 80;

function Statuses({ statuses }: Pick<ExperimentReport, 'statuses'>) {
  const some = (['running', 'done', 'partial', 'failed'] as const).filter((status) => statuses[status] > 0);
  return (
    <span class="statuses">
      {some.map((status) => (
        <span key={status} class="status" title={`${statuses[status]} ${status}`}>
          <Mark tone={TONE_OF_STATUS[status]} />
          {grouped(statuses[status])}
          <span class="visually-hidden"> {status}</span>
        </span>
      ))}
    </span>
  );
}

const COLUMNS: readonly Column<ExperimentReport>[] = [
  {
    id: 'name',
    head: 'Experiment',
    names: true,
    wide: true,
    cell: ({ name, note }) => (
      <>
        <a href={pathOf('experiment', name)}>
          <Foreign text={name} />
        </a>{' '}
        <Foreign class="soft experiment-note" text={(note ?? '').split('\n', 1)[0]?.slice(0, NOTE_CHARS) ?? ''} />
      </>
    ),
  },
  { id: 'runs', head: 'Runs', end: true, cell: ({ runs }) => <Count of={runs} /> },
  { id: 'statuses', head: 'How they ended', cell: ({ statuses }) => <Statuses statuses={statuses} /> },
  { id: 'methods', head: 'Methods', cell: ({ methods }) => <Foreign class="soft" text={methods.join(', ')} /> },
  { id: 'cost', head: 'Sats', end: true, cell: ({ cost_sats }) => Number(cost_sats.toPrecision(4)) },
  { id: 'updated', head: 'Changed', end: true, cell: ({ updated_at }) => <Time at={updated_at} /> },
];

export default function Experiments() {
  const told = useResource<ExperimentList>('/api/experiments');
  return (
    <>
      <PageHead title="Experiments">Runs of one name, side by side.</PageHead>
      <Loaded from={told}>
        {({ experiments, total }) =>
          experiments.length === 0 ? (
            <Empty title="No experiments yet">
              <p>
                Name one when you ask, <code>pylon rlm "…" --file … --experiment nightly</code>, or move runs to one in{' '}
                <a href={pathOf('runs')}>the list of runs</a>.
              </p>
            </Empty>
          ) : (
            <section class="panel panel-flush" aria-label="Experiments">
              <LongTable
                caption={`${plural(total, 'experiment')}, what changed last first`}
                showCaption
                columns={COLUMNS}
                rows={experiments}
                keyOf={({ name }) => name}
              />
            </section>
          )
        }
      </Loaded>
    </>
  );
}
