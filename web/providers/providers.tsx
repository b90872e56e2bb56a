// The leaderboard.
import type { ProvidersReport } from '../../protocol/provider-report.ts';
import { pathOf } from '../app/routes.ts';
import { Failure } from '../parts/failure.tsx';
import { useResource } from '../parts/use-resource.ts';

export default function Providers() {
  const { data, error, load } = useResource<ProvidersReport>('/api/providers');
  return (
    <>
      <h1>Providers</h1>
      {error.value === undefined ? null : <Failure error={error.value} retry={() => void load()} />}
      <ol>
        {data.value?.providers.map(({ provider, name, jobs, success }) => (
          <li key={provider}>
            <a href={pathOf('provider', provider)}>{name ?? provider}</a> {jobs} jobs, at least{' '}
            {Math.round(success.lower * 100)} % answered
          </li>
        ))}
      </ol>
    </>
  );
}
