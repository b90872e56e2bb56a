// What a provider was asked last, and what became of it.

import type { ProviderJob, ProviderJobs } from '../../protocol/provider-history.ts';
import { plural } from '../../protocol/words.ts';
import { pathOf } from '../app/routes.ts';
import { Duration, Money } from '../parts/amounts.tsx';
import { Foreign } from '../parts/foreign.tsx';
import { StatusMark, type Tone } from '../parts/mark.tsx';
import { Panel } from '../parts/panel.tsx';
import { Empty, Loaded } from '../parts/states.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';
import { useResource } from '../parts/use-resource.ts';

const TONES: Readonly<Record<ProviderJob['state'], Tone>> = {
  open: 'busy',
  answered: 'good',
  failed: 'bad',
  timeout: 'late',
  cancelled: 'idle',
};

const COLUMNS: readonly Column<ProviderJob>[] = [
  {
    id: 'question',
    head: 'Question',
    names: true,
    wide: true,
    cell: ({ run_id, question }) => (
      <a href={pathOf('run', run_id)}>
        <Foreign text={question} />
      </a>
    ),
  },
  { id: 'chunk', head: 'Chunk', end: true, cell: ({ chunk }) => chunk + 1 },
  {
    id: 'state',
    head: 'State',
    cell: ({ state, rejected, error }) =>
      rejected ? (
        <StatusMark tone="bad">found wrong</StatusMark>
      ) : (
        <StatusMark tone={TONES[state]}>{error ?? state}</StatusMark>
      ),
  },
  { id: 'latency', head: 'Latency', end: true, cell: ({ latency_ms }) => <Duration ms={latency_ms} /> },
  { id: 'sats', head: 'Sats', end: true, cell: ({ settled_msat }) => <Money msat={settled_msat} bare /> },
  { id: 'asked', head: 'Asked', end: true, cell: ({ asked_at }) => <Time at={asked_at} /> },
];

export function RecentJobs({ provider }: { readonly provider: string }) {
  const told = useResource<ProviderJobs>(`/api/providers/${encodeURIComponent(provider)}/jobs`);
  return (
    <Panel title="Recent jobs" flush>
      <Loaded from={told}>
        {({ jobs, runs_read }) =>
          jobs.length === 0 ? (
            <Empty title={`None in the latest ${plural(runs_read, 'run')}`} />
          ) : (
            <Table
              caption={`From the latest ${plural(runs_read, 'run')}, newest first`}
              showCaption
              columns={COLUMNS}
              rows={jobs}
              keyOf={({ run_id, query_id }) => `${run_id} ${query_id}`}
            />
          )
        }
      </Loaded>
    </Panel>
  );
}
