// The same rows as the timeline, as a table: for whoever does not see the canvas, and for reading exact figures.
import type { QueryState, RunState } from '../../../protocol/run-state.ts';
import { Duration, Money } from '../../parts/amounts.tsx';
import type { Column } from '../../parts/table.tsx';
import { VirtualTable } from '../../parts/virtual-table.tsx';
import { spanWords, statusWords, tookMs, whoWords } from '../query-facts.ts';
import type { TimelineView } from './timeline-view.ts';

export interface QueryTableProps {
  readonly state: RunState;
  readonly view: TimelineView;
  readonly now: number;
}

export function QueryTable({ state, view, now }: QueryTableProps) {
  const columns: readonly Column<QueryState>[] = [
    {
      id: 'query',
      head: 'Query',
      names: true,
      cell: (query) => (
        <button type="button" class="link" onClick={() => view.select(view.model.barOf(query.id))}>
          {query.id}
        </button>
      ),
    },
    { id: 'status', head: 'Status', cell: statusWords },
    { id: 'provider', head: 'Provider', cell: whoWords },
    { id: 'began', head: 'Began', end: true, cell: (query) => <Duration ms={query.submitted_ms - state.created_ms} /> },
    { id: 'took', head: 'Took', end: true, cell: (query) => <Duration ms={tookMs(query, now)} /> },
    { id: 'sats', head: 'Sats', end: true, cell: (query) => <Money msat={query.settled_msat} bare /> },
    { id: 'asked', head: 'Asked as', cell: (query) => query.reason ?? (query.canary ? 'canary' : 'first') },
    { id: 'verdict', head: 'Verdict', cell: (query) => query.verdict ?? '–' },
    { id: 'input', head: 'Input', wide: true, cell: (query) => spanWords(state, query) },
  ];
  return (
    <VirtualTable
      caption={`The timeline as a table: ${view.model.queries.length} rows`}
      columns={columns}
      rows={view.model.queries}
      keyOf={(query) => query.id}
    />
  );
}
