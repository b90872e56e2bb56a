// The controls above the timeline: how lanes are cut, what of time is shown, and the table beside it.

import type { LanesBy } from './timeline-model.ts';
import type { TimelineView } from './timeline-view.ts';

const ZOOM = 1.5;
/** From here on they do not fit, and one may want to see them all at once. */
const ROWS_MANY = 46;

export interface TimelineToolbarProps {
  readonly view: TimelineView | undefined;
  readonly running: boolean;
  readonly lanesBy: LanesBy;
  readonly onLanesBy: (lanesBy: LanesBy) => void;
  /** Undefined where the run has none. */
  readonly canaries: boolean | undefined;
  readonly onCanaries: (on: boolean) => void;
  readonly asTable: boolean;
  readonly onAsTable: (on: boolean) => void;
}

export function TimelineToolbar(props: TimelineToolbarProps) {
  const { view, running, lanesBy, onLanesBy, canaries, onCanaries, asTable, onAsTable } = props;
  return (
    <>
      <select
        class="input timeline-lanes"
        aria-label="Lanes"
        value={lanesBy}
        onChange={(event) => onLanesBy(event.currentTarget.value as LanesBy)}
      >
        <option value="provider">Lanes by provider</option>
        <option value="chunk">Lanes by chunk</option>
      </select>
      {view !== undefined && view.model.lines.length > ROWS_MANY ? (
        <button
          type="button"
          class="button"
          aria-pressed={view.allRows.value}
          onClick={() => view.showAllRows(!view.allRows.value)}
        >
          All rows
        </button>
      ) : null}
      {canaries === undefined ? null : (
        <label class="check">
          <input type="checkbox" checked={canaries} onChange={(event) => onCanaries(event.currentTarget.checked)} />
          Canaries
        </label>
      )}
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would be drawn as one */}
      <span class="timeline-zoom" role="group" aria-label="Zoom">
        <button type="button" class="button" aria-label="Zoom out" onClick={() => view?.zoom(1 / ZOOM)}>
          −
        </button>
        <button type="button" class="button" aria-label="Zoom in" onClick={() => view?.zoom(ZOOM)}>
          +
        </button>
        <button type="button" class="button" onClick={() => view?.fit()} aria-pressed={view?.whole.value ?? true}>
          Whole
        </button>
        {running ? (
          <button
            type="button"
            class="button"
            onClick={() => view?.followNow(!view.follow.value)}
            aria-pressed={view?.follow.value ?? true}
          >
            Follow
          </button>
        ) : null}
      </span>
      <button type="button" class="button" aria-pressed={asTable} onClick={() => onAsTable(!asTable)}>
        Table
      </button>
    </>
  );
}
