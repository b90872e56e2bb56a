// All runs.
import type { RunRecord } from '../../protocol/run.ts';
import { Failure } from '../parts/failure.tsx';
import { useResource } from '../parts/use-resource.ts';
import { RunRows } from './run-rows.tsx';

export default function Runs() {
  const { data, error, load } = useResource<{ runs: RunRecord[] }>('/api/runs?limit=100');
  return (
    <>
      <h1>Runs</h1>
      {error.value === undefined ? null : <Failure error={error.value} retry={() => void load()} />}
      {data.value === undefined ? null : <RunRows runs={data.value.runs} caption="The latest runs, newest first" />}
    </>
  );
}
