// Runs side by side, those named in the address.
import './experiments.css';
import type { Comparison } from '../../protocol/comparison.ts';
import type { RunRecord } from '../../protocol/run.ts';
import { plural } from '../../protocol/words.ts';
import { address } from '../app/router.ts';
import { pathOf } from '../app/routes.ts';
import { Menu } from '../parts/menu.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Empty, Loaded } from '../parts/states.tsx';
import { useResource } from '../parts/use-resource.ts';
import { ComparedRuns, comparisonFiles } from './compared.tsx';

function Named({ ids }: { readonly ids: readonly string[] }) {
  const told = useResource<Comparison>(`/api/compare?runs=${encodeURIComponent(ids.join(','))}`);
  const first = useResource<RunRecord>(`/api/runs/${encodeURIComponent(ids[0] ?? '')}`);
  return (
    <>
      <PageHead
        title="Compare"
        above={<a href={pathOf('runs')}>Runs</a>}
        actions={<Menu label="Export" items={comparisonFiles('comparison', told.data.value)} />}
      >
        {plural(ids.length, 'run')} side by side
      </PageHead>
      <Loaded from={told}>{(comparison) => <ComparedRuns comparison={comparison} run={first.data.value} />}</Loaded>
    </>
  );
}

export default function Compare() {
  const runs = address.value.searchParams.get('runs') ?? '';
  const ids = runs.split(',').filter(Boolean);
  if (ids.length > 0) return <Named key={runs} ids={ids} />;
  return (
    <>
      <PageHead title="Compare" />
      <Empty title="No runs to compare">
        <p>
          Choose some in <a href={pathOf('runs')}>the list of runs</a>, and press Compare.
        </p>
      </Empty>
    </>
  );
}
