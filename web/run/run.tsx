// One run: its answer and what it took.
import type { RunRecord } from '../../protocol/run.ts';
import type { ViewProps } from '../app/views.ts';
import { Failure } from '../parts/failure.tsx';
import { useResource } from '../parts/use-resource.ts';

export default function Run({ subject }: ViewProps) {
  const { data, error, load } = useResource<RunRecord>(`/api/runs/${encodeURIComponent(subject)}`);
  const run = data.value;
  return (
    <>
      <h1>{run?.query ?? 'Run'}</h1>
      {error.value === undefined ? null : <Failure error={error.value} retry={() => void load()} />}
      {run === undefined ? null : (
        <>
          <p>
            {run.status}, {run.metrics.chunks_answered} of {run.metrics.chunks} chunks, {run.cost_sats} sats
          </p>
          <pre>{run.output ?? run.error?.message ?? ''}</pre>
        </>
      )}
    </>
  );
}
