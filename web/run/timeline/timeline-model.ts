// The fan-out of a run as lanes of bars, kept up with the run's state at the cost of what changed. It draws nothing.
import type { QueryState, RunState } from '../../../protocol/run-state.ts';
import { shownText } from '../../parts/shown-text.ts';
import { isOpen, markOf } from './bar-mark.ts';
import { BarTimes } from './bar-times.ts';
import { Lane, type Line } from './lane.ts';
import type { Row } from './row.ts';

export type LanesBy = 'provider' | 'chunk';

export interface ModelOptions {
  readonly lanesBy: LanesBy;
  /** Queries whose answer was known; they are no part of the answer. */
  readonly canaries: boolean;
}

/** Where a bar is. */
interface Place {
  readonly lane: Lane;
  readonly row: number;
  readonly at: number;
}

export function laneLabel(query: Pick<QueryState, 'venue' | 'name' | 'provider'>): string {
  if (query.venue === 'Local') return 'this machine';
  return shownText(query.name ?? query.provider.slice(0, 12));
}

export class TimelineModel {
  /** In the order of the bars' numbers. */
  readonly queries: QueryState[] = [];
  /** The same bars as numbers. */
  readonly times = new BarTimes();
  readonly options: ModelOptions;
  /** Goes up when lanes or rows come. */
  structure = 0;
  open = 0;
  /** The latest end or start, in ms since the run began. */
  lastMs = 0;
  readonly #originMs: number;
  readonly #lanes = new Map<string | number, Lane>();
  readonly #places: Place[] = [];
  readonly #numbers = new Map<string, number>();
  /** Filled anew where it is, many times a second while rows come: a new one each time would be what the browser collects most. */
  readonly #lines: Line[] = [];
  #linesOf = -1;

  constructor(state: RunState, options: ModelOptions) {
    this.options = options;
    this.#originMs = state.created_ms;
    const started = [...state.queries.values()];
    const ended = started
      .filter((query) => query.ended_ms !== undefined)
      .sort((left, right) => left.ended_ms! - right.ended_ms!);
    let over = 0;
    // In the order in which it happened, so that a run that is opened looks as it looked when it was watched.
    for (const query of started) {
      while (over < ended.length && ended[over]!.ended_ms! <= query.submitted_ms) this.#update(ended[over++]!);
      this.#update(query, true);
    }
    while (over < ended.length) this.#update(ended[over++]!);
  }

  /** Takes in what events changed. @param ids of the queries they name; may hold the same one twice */
  update(state: RunState, ids: Iterable<string>): void {
    for (const id of ids) {
      const query = state.queries.get(id);
      if (query !== undefined) this.#update(query);
    }
  }

  /** All rows from top to bottom. The same array every time, which grows. */
  get lines(): readonly Line[] {
    if (this.#linesOf === this.structure) return this.#lines;
    let lanes = [...this.#lanes.entries()];
    if (this.options.lanesBy === 'chunk') lanes = lanes.sort(([left], [right]) => Number(left) - Number(right));
    const lines = this.#lines;
    let count = 0;
    for (const [, lane] of lanes) for (const line of lane.lines) lines[count++] = line;
    this.#linesOf = this.structure;
    return lines;
  }

  get lanes(): number {
    return this.#lanes.size;
  }

  /** Milliseconds since the run began. */
  sinceStart(timestampMs: number): number {
    return timestampMs - this.#originMs;
  }

  /** A bar's number by its query's id. */
  barOf(queryId: string): number | undefined {
    return this.#numbers.get(queryId);
  }

  /** Where a bar stands: its row, its place in it, and the index of that row among `lines`. */
  placeOf(bar: number): { readonly row: Row; readonly at: number; readonly line: number } | undefined {
    const place = this.#places[bar];
    const row = place?.lane.lines[place.row]?.row;
    if (place === undefined || row === undefined) return undefined;
    return { row, at: place.at, line: this.lines.findIndex((line) => line.row === row) };
  }

  #laneOf(query: QueryState): Lane {
    const byChunk = this.options.lanesBy === 'chunk';
    const key = byChunk ? query.chunk : query.provider;
    let lane = this.#lanes.get(key);
    if (lane === undefined) {
      lane = new Lane(String(key), byChunk ? `chunk ${query.chunk}` : laneLabel(query));
      this.#lanes.set(key, lane);
      this.structure++;
    }
    return lane;
  }

  #update(query: QueryState, begins = false): void {
    if (query.canary && !this.options.canaries) return;
    const bar = this.#numbers.get(query.id) ?? this.#add(query, begins);
    const { lane, row, at } = this.#places[bar]!;
    const line = lane.lines[row]!.row;
    if (begins) return;
    const mark = markOf(query);
    line.setMark(at, mark);
    this.times.marks[bar] = mark;
    if (isOpen(query) || line.ends[at] !== Number.POSITIVE_INFINITY) return;
    this.open--;
    const endMs = this.sinceStart(query.ended_ms ?? query.submitted_ms);
    this.lastMs = Math.max(this.lastMs, endMs);
    lane.end(row, at, endMs);
    this.times.ends[bar] = line.ends[at]!;
  }

  #add(query: QueryState, begins: boolean): number {
    const bar = this.queries.push(query) - 1;
    const lane = this.#laneOf(query);
    const startMs = this.sinceStart(query.submitted_ms);
    const rows = lane.lines.length;
    const mark = begins && !isOpen(query) ? 2 : markOf(query);
    const place = lane.place(bar, startMs, mark);
    this.times.push(startMs, mark);
    if (lane.lines.length !== rows) this.structure++;
    this.#places.push({ lane, ...place });
    this.#numbers.set(query.id, bar);
    this.open++;
    this.lastMs = Math.max(this.lastMs, startMs);
    return bar;
  }
}
