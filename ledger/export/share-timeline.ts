// The timeline of a shared page, as SVG: a band for each provider, in it lanes of queries. Bars of one lane that fall on
// the same pixel become one, so that a run of 100,000 sub-queries is still a picture and not a download.
import type { QueryState, QueryStatus } from '../../protocol/run-state.ts';
import type { RunFacts } from './facts.ts';
import { type Html, html, NOTHING } from './html.ts';
import { packLanes } from './lanes.ts';

const WIDTH = 1_000;
const LABEL_WIDTH = 120;
const LANE_HEIGHT = 8;
const BAND_GAP = 6;
const AXIS_HEIGHT = 16;
/** More than a screen holds: the rest is counted in words. */
const LANES_MAX = 120;
const TICKS = 5;
/** With more bars than this, what each one was is only in the table below. */
const TITLES_MAX = 2_000;

export const STATUS_WORDS: Readonly<Record<QueryStatus, string>> = {
  submitted: 'sent',
  executing: 'working',
  answered: 'answered',
  failed: 'failed',
  timeout: 'timed out',
  cancelled: 'withdrawn',
};

interface Bar {
  readonly lane: number;
  readonly left: number;
  right: number;
  readonly status: QueryStatus;
  readonly query: QueryState;
  queries: number;
}

export function printMs(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return ms < 120_000 ? `${(ms / 1_000).toFixed(1)} s` : `${(ms / 60_000).toFixed(1)} min`;
}

/** Bars of the lanes, those on one pixel joined when they ended alike. */
function barsOf(queries: readonly QueryState[], lanes: readonly number[], facts: RunFacts): Bar[] {
  const { created_ms: begin, updated_ms: end } = facts.state;
  const scale = (WIDTH - LABEL_WIDTH) / Math.max(1, end - begin);
  const x = (ms: number) => Math.min(WIDTH, Math.max(LABEL_WIDTH, LABEL_WIDTH + (ms - begin) * scale));
  const last = new Map<string, Bar>();
  const bars: Bar[] = [];
  for (const [index, query] of queries.entries()) {
    const lane = lanes[index]!;
    const [left, right] = [x(query.submitted_ms), x(query.ended_ms ?? end)];
    const key = `${lane} ${query.status}`;
    const before = last.get(key);
    if (before !== undefined && left - before.left < 1) {
      before.right = Math.max(before.right, right);
      before.queries++;
      continue;
    }
    const bar = { lane, left, right: Math.max(right, left + 1), status: query.status, query, queries: 1 };
    last.set(key, bar);
    bars.push(bar);
  }
  return bars;
}

function drawBar(bar: Bar, top: number, titled: boolean): Html {
  const { query, status } = bar;
  const took = query.ended_ms === undefined ? '' : ` after ${printMs(query.ended_ms - query.submitted_ms)}`;
  const words = bar.queries === 1 ? `chunk ${query.chunk}: ${STATUS_WORDS[status]}${took}` : `${bar.queries} queries`;
  const title = titled ? html`<title>${words}</title>` : NOTHING;
  const [left, width] = [bar.left.toFixed(1), (bar.right - bar.left).toFixed(1)];
  return html`<rect class="${status}" x="${left}" y="${top}" width="${width}" height="${LANE_HEIGHT - 2}">${title}</rect>
`;
}

function axis(durationMs: number, height: number): Html[] {
  return Array.from({ length: TICKS + 1 }, (_, tick) => {
    const x = LABEL_WIDTH + ((WIDTH - LABEL_WIDTH) * tick) / TICKS;
    const anchor = tick === TICKS ? 'end' : tick === 0 ? 'start' : 'middle';
    return html`<line class="axis" x1="${x}" y1="${AXIS_HEIGHT}" x2="${x}" y2="${height}"/><text x="${x}" y="11" text-anchor="${anchor}">${printMs((durationMs * tick) / TICKS)}</text>
`;
  });
}

function byProvider(queries: Iterable<QueryState>): Map<string, QueryState[]> {
  const groups = new Map<string, QueryState[]>();
  for (const query of queries) {
    const known = groups.get(query.provider);
    if (known === undefined) groups.set(query.provider, [query]);
    else known.push(query);
  }
  return groups;
}

/** The figure, with its legend; nothing where nobody was asked. */
export function timeline(facts: RunFacts): Html {
  const { state } = facts;
  const marks: Html[] = [];
  const titled = state.queries.size <= TITLES_MAX;
  let [top, lanesDrawn, lanesLeft] = [AXIS_HEIGHT + BAND_GAP, 0, 0];
  for (const queries of byProvider(state.queries.values()).values()) {
    const lanes = packLanes(
      queries.map(({ submitted_ms, ended_ms }) => ({ start: submitted_ms, end: ended_ms ?? state.updated_ms })),
    );
    const count = lanes.reduce((most, lane) => Math.max(most, lane + 1), 0);
    const drawn = Math.min(count, LANES_MAX - lanesDrawn);
    lanesLeft += count - drawn;
    if (drawn === 0) continue;
    const [first] = queries;
    const label = (first?.name ?? first?.provider ?? '').slice(0, 18);
    marks.push(html`<text x="0" y="${top + LANE_HEIGHT - 1}">${label}</text>
`);
    for (const bar of barsOf(queries, lanes, facts))
      if (bar.lane < drawn) marks.push(drawBar(bar, top + bar.lane * LANE_HEIGHT, titled));
    top += drawn * LANE_HEIGHT + BAND_GAP;
    lanesDrawn += drawn;
  }
  if (lanesDrawn === 0) return NOTHING;
  const label = `Timeline of ${state.queries.size} sub-queries in ${lanesDrawn} lanes`;
  const rest = lanesLeft === 0 ? NOTHING : html` ${lanesLeft} more lanes are not drawn.`;
  return html`<figure><div class="scroll" tabindex="0" role="region" aria-label="Timeline">
<svg viewBox="0 0 ${WIDTH} ${top}" role="img" aria-label="${label}">
${axis(state.updated_ms - state.created_ms, top)}${marks}</svg></div>
<figcaption>Sub-queries by provider; time runs to the right.${rest}</figcaption>
${legend(new Set([...state.queries.values()].map(({ status }) => status)))}</figure>
`;
}

function legend(statuses: ReadonlySet<QueryStatus>): Html {
  const items = [...statuses].map(
    (status) =>
      html`<li><svg viewBox="0 0 24 12" aria-hidden="true"><rect class="${status}" x="1" y="2" width="22" height="8"/></svg> ${STATUS_WORDS[status]}</li>`,
  );
  return html`<ul class="legend">${items}</ul>
`;
}
