// What goes on now: the first thing one sees.
import type { RunRecord } from '../../protocol/run.ts';
import { Failure } from '../parts/failure.tsx';
import { useResource } from '../parts/use-resource.ts';
import { RunRows } from '../runs/run-rows.tsx';

export default function Home() {
  const { data, error, load } = useResource<{ runs: RunRecord[] }>('/api/runs?limit=10');
  return (
    <>
      <h1>Now</h1>
      {error.value === undefined ? null : <Failure error={error.value} retry={() => void load()} />}
      {data.value === undefined ? null : <RunRows runs={data.value.runs} caption="Recent runs" />}
    </>
  );
}
