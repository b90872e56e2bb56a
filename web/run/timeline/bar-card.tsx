// The card beside a bar that is pointed at or chosen: all that is known of its query.
import type { RunState } from '../../../protocol/run-state.ts';
import { StatusMark } from '../../parts/mark.tsx';
import { Facts } from '../../parts/panel.tsx';
import { MARK_TONES } from '../mark-tones.ts';
import { factsOf, statusWords } from '../query-facts.ts';
import { markOf } from './bar-mark.ts';
import type { TimelineView } from './timeline-view.ts';

/** As `run.css` has it. */
const CARD_PX = 288;

export interface BarCardProps {
  readonly view: TimelineView;
  readonly state: RunState;
  readonly now: number;
  /** Opens the whole answer. */
  readonly onOpen: (queryId: string) => void;
}

/** Moves with its bar, and stays inside the timeline. */
export function BarCard({ view, state, now, onOpen }: BarCardProps) {
  const hovered = view.hovered.value;
  const bar = hovered ?? view.selected.value;
  view.drawn.value;
  const query = bar === undefined ? undefined : view.model.queries[bar];
  const box = bar === undefined ? undefined : view.boxOf(bar);
  if (query === undefined || box === undefined) return null;
  const { leftPx, scale } = view.standing;
  const widthPx = leftPx + scale.widthPx;
  const left = Math.max(8, Math.min(widthPx - CARD_PX - 8, Math.max(box.x, leftPx)));
  const pinned = hovered === undefined;
  return (
    <div
      class={pinned ? 'bar-card bar-card-pinned' : 'bar-card'}
      style={{ left: `${left}px`, top: `${box.y + box.heightPx + 6}px` }}
    >
      <p class="bar-card-head">
        <StatusMark tone={MARK_TONES[markOf(query)]!}>{statusWords(query)}</StatusMark>
        <span class="soft">query {query.id}</span>
      </p>
      <Facts facts={factsOf(state, query, now)} />
      {pinned ? (
        <p class="actions">
          <button type="button" class="button" onClick={() => onOpen(query.id)}>
            Whole answer
          </button>
          <button type="button" class="button button-quiet" onClick={() => view.select(undefined)}>
            Close
          </button>
        </p>
      ) : null}
    </div>
  );
}
