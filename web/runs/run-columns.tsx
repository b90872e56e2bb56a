// The cells of the list of runs.

import type { RunRecord } from '../../protocol/run.ts';
import { pathOf } from '../app/routes.ts';
import { Count, Duration, Money, Share } from '../parts/amounts.tsx';
import { Foreign } from '../parts/foreign.tsx';
import { RunStatusMark } from '../parts/mark.tsx';
import { shownText } from '../parts/shown-text.ts';
import type { Column } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';
import { COLUMN_WORDS, type ColumnId } from './columns.ts';

const soft = (text: string) => <Foreign class="soft" text={text} />;

type Cell = Pick<Column<RunRecord>, 'cell' | 'end' | 'sortable'>;

const CELLS: Readonly<Record<ColumnId, Cell>> = {
  status: { sortable: true, cell: ({ status }) => <RunStatusMark status={status} /> },
  created: { sortable: true, end: true, cell: ({ created_at }) => <Time at={created_at} /> },
  latency: { sortable: true, end: true, cell: ({ metrics }) => <Duration ms={metrics.elapsed_ms} /> },
  cost: { sortable: true, end: true, cell: ({ metrics }) => <Money msat={metrics.cost_msat} bare /> },
  coverage: { sortable: true, end: true, cell: ({ metrics }) => <Share share={metrics.coverage} /> },
  experiment: {
    cell: ({ experiment }) =>
      experiment === null ? null : (
        <a href={pathOf('experiment', experiment)}>
          <Foreign text={experiment} />
        </a>
      ),
  },
  method: { cell: ({ config }) => soft(config.method) },
  model: { cell: ({ config }) => soft(config.model) },
  tokens: { end: true, cell: ({ tokens_used }) => <Count of={tokens_used} /> },
  chunks: { end: true, cell: ({ metrics }) => `${metrics.chunks_answered} of ${metrics.chunks}` },
  providers: { end: true, cell: ({ metrics }) => <Count of={metrics.providers} /> },
  verification: { cell: ({ config }) => soft(config.verification) },
  fanout: { end: true, cell: ({ config }) => <Count of={config.fanout} /> },
  budget: { end: true, cell: ({ config }) => <Count of={config.budget_sats} /> },
  error: { cell: ({ error }) => (error === null ? null : <code title={shownText(error.message)}>{error.code}</code>) },
  id: { cell: ({ id }) => <code class="soft">{id}</code> },
};

const QUESTION: Column<RunRecord> = {
  id: 'query',
  head: 'Question',
  names: true,
  wide: true,
  sortable: true,
  cell: ({ id, query }) => (
    <a href={pathOf('run', id)} title={shownText(query)}>
      <Foreign text={query} />
    </a>
  ),
};

/** Where there is no room for columns: the question, and below it how it stands. */
const CARD: Column<RunRecord> = {
  ...QUESTION,
  cell: ({ id, query, status, created_at, metrics }) => (
    <span class="run-card">
      <a href={pathOf('run', id)}>
        <Foreign text={query} />
      </a>
      <span class="run-card-facts">
        <RunStatusMark status={status} />
        <Duration ms={metrics.elapsed_ms} />
        <Money msat={metrics.cost_msat} />
        <Time at={created_at} />
      </span>
    </span>
  ),
};

/** The question, and the columns that somebody chose. @param narrow one column with all that fits below each other */
export function runColumns(chosen: readonly ColumnId[], narrow: boolean): readonly Column<RunRecord>[] {
  if (narrow) return [CARD];
  return [QUESTION, ...chosen.map((id) => ({ id, head: COLUMN_WORDS[id], ...CELLS[id] }))];
}
