// FanoutTimeline: the canvas with what it takes to be used, by pointer, by touch, by keyboard and by ear.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { RunState } from '../../../protocol/run-state.ts';
import { plural, printDuration } from '../../../protocol/words.ts';
import { isDark, theme } from '../../app/theme.ts';
import { Panel } from '../../parts/panel.tsx';
import { sentenceOf } from '../query-facts.ts';
import type { RunSource } from '../run-source.ts';
import { BarCard } from './bar-card.tsx';
import { Legend } from './legend.tsx';
import { QueryTable } from './query-table.tsx';
import { listen } from './timeline-input.ts';
import { type LanesBy, TimelineModel } from './timeline-model.ts';
import { TimelineToolbar } from './timeline-toolbar.tsx';
import { TimelineView } from './timeline-view.ts';

export interface TimelineProps {
  readonly source: RunSource;
  readonly state: RunState;
  /** The query that the address names. */
  readonly chosen: string | undefined;
  readonly onChoose: (queryId: string | undefined) => void;
  readonly onOpen: (queryId: string) => void;
  /** The run has queries whose answer was known. */
  readonly hasCanaries: boolean;
}

/** The view lives as long as the element does; models come and go. */
function useView(source: RunSource, lanesBy: LanesBy, canaries: boolean) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const spacer = useRef<HTMLDivElement>(null);
  const minimap = useRef<HTMLCanvasElement>(null);
  const [view, setView] = useState<TimelineView>();
  useEffect(() => {
    if (box.current === null || canvas.current === null || spacer.current === null || minimap.current === null) return;
    const state = source.state();
    if (state === undefined) return;
    const elements = { box: box.current, canvas: canvas.current, spacer: spacer.current, minimap: minimap.current };
    const until = new AbortController();
    const watched = { state: () => source.state() ?? state, now: source.now };
    const made = new TimelineView(watched, new TimelineModel(state, { lanesBy, canaries }), elements);
    listen(made, elements, until.signal);
    const hush = source.onChange((change) => {
      const now = source.state();
      if (now === undefined) return;
      if (change === 'all') made.show(new TimelineModel(now, made.model.options));
      else made.model.update(now, change);
      made.wake();
    });
    setView(made);
    return () => {
      hush();
      until.abort();
      made.stop();
    };
  }, [source]);
  useEffect(() => {
    const state = source.state();
    if (view === undefined || state === undefined) return;
    const { options } = view.model;
    if (options.lanesBy !== lanesBy || options.canaries !== canaries)
      view.show(new TimelineModel(state, { lanesBy, canaries }));
  }, [view, lanesBy, canaries]);
  useEffect(() => view?.themeChanged(), [view, theme.value, isDark.value]);
  return { view, box, canvas, spacer, minimap };
}

function summaryOf(state: RunState, view: TimelineView | undefined): string {
  const queries = plural(state.queries.size, 'sub-query').replace(/ys$/, 'ies');
  const lanes = view === undefined ? '' : `, ${plural(view.model.lanes, 'lane')}`;
  const took = printDuration(state.updated_ms - state.created_ms);
  return `Timeline of ${queries}${lanes}, ${state.in_flight} under way, over ${took}. The table below has the same rows.`;
}

export function Timeline({ source, state, chosen, onChoose, onOpen, hasCanaries }: TimelineProps) {
  const [lanesBy, setLanesBy] = useState<LanesBy>('provider');
  const [canaries, setCanaries] = useState(false);
  const [asTable, setAsTable] = useState(false);
  const { view, box, canvas, spacer, minimap } = useView(source, lanesBy, canaries);
  const selected = view?.selected.value;
  const query = selected === undefined ? undefined : view?.model.queries[selected];
  useEffect(() => {
    if (view !== undefined && chosen !== undefined) view.select(view.model.barOf(chosen));
  }, [view, chosen]);
  useEffect(() => {
    if (view !== undefined && query?.id !== chosen) onChoose(query?.id);
  }, [query?.id]);
  const toolbar = (
    <TimelineToolbar
      view={view}
      running={state.status === 'running'}
      lanesBy={lanesBy}
      onLanesBy={setLanesBy}
      canaries={hasCanaries ? canaries : undefined}
      onCanaries={setCanaries}
      asTable={asTable}
      onAsTable={setAsTable}
    />
  );
  return (
    <Panel title="Timeline" actions={toolbar} flush>
      <div class="timeline">
        <div
          class="timeline-box"
          ref={box}
          role="application"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it hears the keys that walk through the bars
          tabIndex={0}
          aria-label="Timeline"
          aria-describedby="timeline-keys"
        >
          <canvas class="timeline-canvas" ref={canvas} role="img" aria-label={summaryOf(state, view)} />
          <div class="timeline-spacer" ref={spacer} />
        </div>
        {view === undefined ? null : <BarCard view={view} state={state} now={source.now()} onOpen={onOpen} />}
      </div>
      {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: nobody can focus it; the keys do the same */}
      <canvas class="timeline-minimap" ref={minimap} aria-hidden="true" />
      <p id="timeline-keys" class="timeline-keys">
        Arrows walk through the bars, <kbd>Shift</kbd> with arrows pans, <kbd>+</kbd> and <kbd>−</kbd> zoom,{' '}
        <kbd>0</kbd> shows the whole, <kbd>F</kbd> follows; <kbd>Ctrl</kbd> and the wheel zoom at the pointer.
      </p>
      <Legend />
      <p class="visually-hidden timeline-readout" aria-live="polite">
        {query === undefined ? '' : sentenceOf(state, query, source.now())}
      </p>
      {asTable && view !== undefined ? <QueryTable state={state} view={view} now={source.now()} /> : null}
    </Panel>
  );
}
