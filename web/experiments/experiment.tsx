// One experiment: its runs.
import type { RunRecord } from '../../protocol/run.ts';
import type { ViewProps } from '../app/views.ts';
import { Failure } from '../parts/failure.tsx';
import { useResource } from '../parts/use-resource.ts';
import { RunRows } from '../runs/run-rows.tsx';

export default function Experiment({ subject }: ViewProps) {
  const path = `/api/runs?limit=100&experiment=${encodeURIComponent(subject)}`;
  const { data, error, load } = useResource<{ runs: RunRecord[] }>(path);
  return (
    <>
      <h1>{subject}</h1>
      {error.value === undefined ? null : <Failure error={error.value} retry={() => void load()} />}
      {data.value === undefined ? null : <RunRows runs={data.value.runs} caption={`Runs of ${subject}`} />}
    </>
  );
}
