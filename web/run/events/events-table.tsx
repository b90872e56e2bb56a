// The trace itself: every event, as it was written down.
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { RunState } from '../../../protocol/run-state.ts';
import type { TraceEvent } from '../../../protocol/trace.ts';
import { plural } from '../../../protocol/words.ts';
import { Count, Duration } from '../../parts/amounts.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Raw } from '../../parts/raw.tsx';
import { shownText } from '../../parts/shown-text.ts';
import type { Column } from '../../parts/table.tsx';
import { VirtualTable } from '../../parts/virtual-table.tsx';
import { EVENTS_KEPT_MAX, eventPages } from './event-pages.ts';
import { eventWords } from './event-words.ts';

function columnsOf(state: RunState, open: (event: TraceEvent) => void): readonly Column<TraceEvent>[] {
  return [
    { id: 'seq', head: 'Seq', end: true, cell: ({ seq }) => <Count of={seq} /> },
    { id: 'time', head: 'Time', end: true, cell: (event) => <Duration ms={event.timestamp_ms - state.created_ms} /> },
    {
      id: 'type',
      head: 'Type',
      names: true,
      cell: (event) => (
        <button type="button" class="link" onClick={() => open(event)}>
          {event.type}
        </button>
      ),
    },
    { id: 'facts', head: 'Facts', wide: true, cell: (event) => <bdi>{shownText(eventWords(event))}</bdi> },
  ];
}

export function EventsTable({ state, version }: { readonly state: RunState; readonly version: number }) {
  const pages = useMemo(() => eventPages(state.id, () => state.next_seq), [state.id]);
  const [type, setType] = useState('');
  const [shown, setShown] = useState<TraceEvent>();
  useEffect(() => () => pages.close(), [pages]);
  useEffect(() => {
    // Whoever reads the end of a run that goes on sees it grow; else one page is there before anybody scrolls.
    if (pages.events.peek().length === 0) pages.more();
  }, [pages, version]);
  const events = pages.events.value;
  const types = useMemo(() => [...new Set(events.map((event) => event.type))].sort(), [events]);
  const rows = useMemo(() => (type === '' ? events : events.filter((event) => event.type === type)), [events, type]);
  const error = pages.error.value;
  const left = state.next_seq - events.length;
  return (
    <div class="events">
      <p class="actions">
        <label class="check">
          Type
          <select class="input events-type" value={type} onChange={(event) => setType(event.currentTarget.value)}>
            <option value="">all</option>
            {types.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <span class="soft">
          {plural(rows.length, 'event')}
          {left > 0 ? `, ${plural(left, 'more')} not loaded yet`.replace('mores', 'more') : ''}
        </span>
        {left > 0 && events.length < EVENTS_KEPT_MAX ? (
          <button type="button" class="button" onClick={() => pages.more()}>
            Load more
          </button>
        ) : null}
      </p>
      {error === undefined ? null : <Failure error={error} retry={() => pages.more()} />}
      <VirtualTable
        caption="Events of the run"
        columns={columnsOf(state, setShown)}
        rows={rows}
        keyOf={({ seq }) => String(seq)}
        total={type === '' ? state.next_seq : rows.length}
        onEnd={() => pages.more()}
      />
      <Dialog open={shown !== undefined} onClose={() => setShown(undefined)} title={`Event ${shown?.seq ?? ''}`}>
        {shown === undefined ? null : <Raw text={JSON.stringify(shown)} what="event" />}
      </Dialog>
    </div>
  );
}
