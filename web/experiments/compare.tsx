// Runs side by side, those named in the address.
import type { RunRecord } from '../../protocol/run.ts';
import { address } from '../app/router.ts';
import { Failure } from '../parts/failure.tsx';
import { useResource } from '../parts/use-resource.ts';
import { RunRows } from '../runs/run-rows.tsx';

export default function Compare() {
  const runs = address.value.searchParams.get('runs') ?? '';
  const { data, error, load } = useResource<{ runs: RunRecord[] }>(`/api/compare?runs=${encodeURIComponent(runs)}`);
  return (
    <>
      <h1>Compare</h1>
      {error.value === undefined ? null : <Failure error={error.value} retry={() => void load()} />}
      {data.value === undefined ? null : <RunRows runs={data.value.runs} caption="The runs compared" />}
    </>
  );
}
