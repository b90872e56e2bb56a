// The index of the run list in memory: which runs pass the filters, in which order, on which page, and how many there are. It knows
// what `Columns` hold and never reads the store; whoever feeds it (run-list.ts) tells it of each record that changes.
import { RUN_STATUSES, type RunRecord, type RunStatus } from '../../protocol/run.ts';
import type { RunOrder, RunSelection } from '../../protocol/run-list.ts';
import { Columns, NO_EXPERIMENT, type Progress } from './columns.ts';
import { MatchCache } from './matches.ts';
import { Order } from './order.ts';
import { comparisonOf, decodeCursor, encodeCursor } from './place.ts';

export interface IndexPage {
  readonly ids: readonly string[];
  readonly nextCursor: string | null;
  readonly total: number;
}

/** What the runs of one experiment add up to. */
export interface ExperimentCount {
  readonly name: string;
  runs: number;
  readonly statuses: Record<RunStatus, number>;
  readonly methods: Set<string>;
  costMsat: number;
  firstMs: number;
  lastMs: number;
}

const RUNNING = RUN_STATUSES.indexOf('running');

export class RunIndex {
  readonly #columns = new Columns();
  readonly #slots = new Map<string, number>();
  readonly #orders = new Map<RunOrder, Order>();
  readonly #matches = new MatchCache(this.#columns);

  get size(): number {
    return this.#slots.size;
  }

  has(runId: string): boolean {
    return this.#slots.has(runId);
  }

  /** A record that is new, or in the place of what was known of the run. */
  set(record: RunRecord): void {
    const known = this.#slots.get(record.id);
    const slot = known ?? this.#columns.allot();
    this.#change(slot, known !== undefined, true, () => this.#columns.set(slot, record));
    this.#slots.set(this.#columns.ids[slot]!, slot);
  }

  remove(runId: string): void {
    const slot = this.#slots.get(runId);
    if (slot === undefined) return;
    this.#change(slot, true, false, () => this.#columns.free(slot));
    this.#slots.delete(runId);
  }

  /** Runs that go on, as far as they are known. */
  running(): string[] {
    const ids: string[] = [];
    const { statuses, ids: all } = this.#columns;
    for (let slot = 0; slot < all.length; slot++)
      if (statuses[slot] === RUNNING && all[slot] !== '') ids.push(all[slot]!);
    return ids;
  }

  /** How far a run has come. */
  setProgress(runId: string, progress: Progress): void {
    const slot = this.#slots.get(runId);
    if (slot === undefined) return;
    const { costsMsat, latenciesMs, coverages } = this.#columns;
    const { costMsat, latencyMs, coverage } = progress;
    if (costsMsat[slot] === costMsat && latenciesMs[slot] === latencyMs && coverages[slot] === coverage) return;
    this.#change(slot, true, true, () => this.#columns.setProgress(slot, progress));
  }

  /** @throws PylonError `request-invalid` for a cursor of another order */
  page(selection: RunSelection): IndexPage {
    const { sort, descending, limit, cursor } = selection;
    const order = this.#order(sort);
    const { passing, total } = this.#matches.of(selection, this.size);
    const { length } = order;
    let next = 0;
    if (cursor !== undefined) {
      const before = order.countBefore(decodeCursor(sort, cursor), !descending);
      next = descending ? length - before : before;
    }
    const found: number[] = [];
    for (; next < length && found.length <= limit && found.length < total; next++) {
      const slot = order.at(descending ? length - 1 - next : next);
      if (passing === undefined || passing[slot] === 1) found.push(slot);
    }
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    const more = found.length > limit && last !== undefined;
    return {
      ids: shown.map((slot) => this.#columns.ids[slot]!),
      nextCursor: more ? encodeCursor(sort, order.comparison.placeOf(last)) : null,
      total,
    };
  }

  /** Every experiment that has runs, by name. */
  experiments(): Map<string, ExperimentCount> {
    const { experiments, methods, statuses, costsMsat, createdMs, ids, experimentNames, methodNames } = this.#columns;
    const counts = new Map<string, ExperimentCount>();
    for (let slot = 0; slot < ids.length; slot++) {
      const number = experiments[slot]!;
      if (number === NO_EXPERIMENT || ids[slot] === '') continue;
      const name = experimentNames.names[number]!;
      const count = counts.get(name) ?? emptyCount(name);
      counts.set(name, count);
      count.runs++;
      count.statuses[RUN_STATUSES[statuses[slot]!]!]++;
      count.methods.add(methodNames.names[methods[slot]!]!);
      count.costMsat += costsMsat[slot]!;
      count.firstMs = Math.min(count.firstMs, createdMs[slot]!);
      count.lastMs = Math.max(count.lastMs, createdMs[slot]!);
    }
    return counts;
  }

  /** Takes the slot out of every order, changes it, and puts it back. */
  #change(slot: number, stands: boolean, stays: boolean, change: () => void): void {
    if (stands) for (const order of this.#orders.values()) order.remove(slot);
    change();
    if (stays) for (const order of this.#orders.values()) order.insert(slot);
    this.#matches.clear();
  }

  #order(sort: RunOrder): Order {
    const known = this.#orders.get(sort);
    if (known !== undefined) return known;
    const order = new Order(comparisonOf(this.#columns, sort), [...this.#slots.values()]);
    this.#orders.set(sort, order);
    return order;
  }
}

function emptyCount(name: string): ExperimentCount {
  return {
    name,
    runs: 0,
    statuses: { running: 0, done: 0, partial: 0, failed: 0 },
    methods: new Set(),
    costMsat: 0,
    firstMs: Number.POSITIVE_INFINITY,
    lastMs: Number.NEGATIVE_INFINITY,
  };
}
