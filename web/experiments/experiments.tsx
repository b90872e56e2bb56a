// Experiments: groups of runs that are compared.
import { pathOf } from '../app/routes.ts';
import { Failure } from '../parts/failure.tsx';
import { useResource } from '../parts/use-resource.ts';

interface ExperimentList {
  readonly experiments: readonly { readonly name: string; readonly runs: number; readonly note: string | null }[];
}

export default function Experiments() {
  const { data, error, load } = useResource<ExperimentList>('/api/experiments');
  return (
    <>
      <h1>Experiments</h1>
      {error.value === undefined ? null : <Failure error={error.value} retry={() => void load()} />}
      <ul>
        {data.value?.experiments.map(({ name, runs, note }) => (
          <li key={name}>
            <a href={pathOf('experiment', name)}>{name}</a> {runs} runs {note}
          </li>
        ))}
      </ul>
    </>
  );
}
