// One provider.
import type { ProviderReport } from '../../protocol/provider-report.ts';
import type { ViewProps } from '../app/views.ts';
import { Failure } from '../parts/failure.tsx';
import { useResource } from '../parts/use-resource.ts';

export default function Provider({ subject }: ViewProps) {
  const path = `/api/providers/${encodeURIComponent(subject)}`;
  const { data, error, load } = useResource<{ report: ProviderReport }>(path);
  return (
    <>
      <h1>{data.value?.report.name ?? subject}</h1>
      {error.value === undefined ? null : <Failure error={error.value} retry={() => void load()} />}
      {data.value === undefined ? null : <p>{data.value.report.jobs} jobs</p>}
    </>
  );
}
