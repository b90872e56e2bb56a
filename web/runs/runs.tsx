// All runs: filtered, in any order, as far as one scrolls, and alive.
import './runs.css';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { RunPage } from '../../protocol/run-list.ts';
import { grouped } from '../../protocol/words.ts';
import { ApiError, read } from '../api/client.ts';
import { address, navigate } from '../app/router.ts';
import { pathOf } from '../app/routes.ts';
import { watchAllRuns } from '../live/live.ts';
import { Failure } from '../parts/failure.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Empty, Loading } from '../parts/states.tsx';
import { useResource } from '../parts/use-resource.ts';
import { BulkBar } from './bulk-bar.tsx';
import { ColumnChooser, columns } from './column-chooser.tsx';
import { FilterBar } from './filter-bar.tsx';
import { addressOf, type Listing, listingOf, ORDERS, sortedBy, wordsOf } from './filters.ts';
import { runColumns } from './run-columns.tsx';
import { RunList } from './run-list.ts';
import { RunTable } from './run-table.tsx';
import { useNarrow } from './use-narrow.ts';

function ask(listing: Listing): void {
  navigate(pathOf('runs') + addressOf(listing), { replace: true });
}

function asApiError(thrown: unknown): ApiError {
  return thrown instanceof ApiError ? thrown : new ApiError(0, 'internal', String(thrown), '');
}

/** The list that the address asks for, kept true while runs go on. */
function useRunList(listing: Listing): RunList {
  const list = useMemo(() => new RunList((path, signal) => read<RunPage>(path, { signal })), []);
  useEffect(() => {
    const deaf = watchAllRuns({
      onRuns: (runs) => void list.changed(runs),
      onMissed: () => void list.again(),
    });
    return () => {
      deaf();
      list.close();
    };
  }, [list]);
  useEffect(() => void list.open(listing), [list, addressOf(listing)]);
  return list;
}

/** Which rows are chosen; those that are not listed any more are not. */
function useChosen(list: RunList) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const onChoose = (id: string, on: boolean) =>
    setChosen((before) => {
      const after = new Set(before);
      if (on) after.add(id);
      else after.delete(id);
      return after;
    });
  const onChooseAll = (on: boolean) => setChosen(new Set(on ? list.runs.value.map(({ id }) => id) : []));
  return { chosen, onChoose, onChooseAll, clear: () => setChosen(new Set()) };
}

function NoRuns({ filtered }: { readonly filtered: boolean }) {
  if (filtered)
    return (
      <Empty title="No run fits">
        <p>Take a filter away.</p>
      </Empty>
    );
  return (
    <Empty title="No runs yet">
      <p>
        Ask something: <code>pylon rlm "Why does this build fail?" --file build.log</code>, or start the demo on{' '}
        <a href={pathOf('home')}>the first page</a>.
      </p>
    </Empty>
  );
}

export default function Runs() {
  const listing = listingOf(address.value.searchParams);
  const list = useRunList(listing);
  const { clear, ...choosing } = useChosen(list);
  const narrow = useNarrow();
  const experiments = useResource<{ experiments: readonly { name: string }[] }>('/api/experiments');
  const names = experiments.data.value?.experiments.map(({ name }) => name) ?? [];
  const runs = list.runs.value;
  const chosen = runs.filter(({ id }) => choosing.chosen.has(id)).map(({ id }) => id);
  const total = list.total.value;
  const error = list.error.value;
  const onSort = (id: string) => {
    const sort = ORDERS.find((order) => order === id);
    if (sort !== undefined) ask(sortedBy(listing, sort));
  };
  const onGone = (ids: readonly string[]) => {
    list.removed(new Set(ids));
    clear();
  };
  return (
    <>
      <PageHead title="Runs" actions={narrow ? undefined : <ColumnChooser />}>
        <span role="status">
          {total === null ? '' : `${grouped(total)} ${wordsOf(listing).length === 0 ? 'in all' : 'fit'}`}
        </span>
      </PageHead>
      <FilterBar listing={listing} onChange={ask} experiments={names} />
      <BulkBar
        chosen={chosen}
        experiments={names}
        onClear={clear}
        onGone={onGone}
        onMoved={() => {
          clear();
          void list.again();
          void experiments.load();
        }}
      />
      {error === undefined ? null : (
        <Failure error={asApiError(error)} stale={runs.length > 0} retry={() => void list.again()} />
      )}
      {!list.known.value && error === undefined ? <Loading /> : null}
      {list.known.value && runs.length === 0 ? <NoRuns filtered={wordsOf(listing).length > 0} /> : null}
      {runs.length === 0 ? null : (
        <section class="panel panel-flush" aria-label="List of runs">
          <RunTable
            runs={runs}
            total={total}
            columns={runColumns(columns.value, narrow)}
            narrow={narrow}
            sorting={{ by: listing.sort, order: listing.order }}
            onSort={onSort}
            choosing={choosing}
            onEnd={() => void list.more()}
          />
        </section>
      )}
    </>
  );
}
