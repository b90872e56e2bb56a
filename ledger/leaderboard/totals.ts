// What each provider did over a range of hours: its rows added up. There may be very many rows for one answer, so
// they stay as they were read; only the latencies of one provider at a time are spread over all buckets, in one array.
import { BUCKETS, latencyOf } from './latency-buckets.ts';
import { FLAT, type FlatRollup, namedAt, sawAt, sumMsat } from './rollup.ts';

/** A row as it was read. */
export interface RollupRow {
  readonly hour: number;
  readonly provider: string;
  readonly model: string;
  readonly flat: FlatRollup;
}

export class Total {
  readonly provider: string;
  readonly models = new Set<string>();
  asked = 0;
  answered = 0;
  failed = 0;
  timeouts = 0;
  cancelled = 0;
  rejected = 0;
  settledMsat = 0;
  firstMs = 0;
  lastMs = 0;
  name = '';
  nameMs = 0;
  /** Where the latencies are. */
  readonly rows: FlatRollup[] = [];

  constructor(provider: string) {
    this.provider = provider;
  }

  add(model: string, row: FlatRollup): void {
    if (model !== '') this.models.add(model);
    this.asked += row[FLAT.asked];
    this.answered += row[FLAT.answered];
    this.failed += row[FLAT.failed];
    this.timeouts += row[FLAT.timeouts];
    this.cancelled += row[FLAT.cancelled];
    this.rejected += row[FLAT.rejected];
    this.settledMsat = sumMsat(this.settledMsat, row[FLAT.settledMsat]);
    if (row[FLAT.lastMs] > 0) {
      sawAt(this, row[FLAT.firstMs]);
      sawAt(this, row[FLAT.lastMs]);
    }
    namedAt(this, row[FLAT.name], row[FLAT.nameMs]);
    if (row[FLAT.answered] > 0) this.rows.push(row);
  }
}

/** By provider. @param model only rows of this one @param models takes the name of every model that there is */
export async function totalsOf(
  pages: AsyncIterable<readonly RollupRow[]>,
  model: string | undefined,
  models: Set<string>,
): Promise<Map<string, Total>> {
  const totals = new Map<string, Total>();
  for await (const page of pages) {
    for (const row of page) {
      if (row.model !== '') models.add(row.model);
      if (model !== undefined && row.model !== model) continue;
      let total = totals.get(row.provider);
      if (total === undefined) {
        total = new Total(row.provider);
        totals.set(row.provider, total);
      }
      total.add(row.model, row.flat);
    }
  }
  return totals;
}

/** Tells quantiles of one provider after the other. */
export class Quantiles {
  readonly #counts = new Float64Array(BUCKETS);

  /** The values at these ranks (from 1) of all answers in ascending order, in ms; undefined where the rank is beyond them. */
  at(rows: readonly FlatRollup[], ranks: readonly number[]): (number | undefined)[] {
    let [lowest, highest] = [BUCKETS, -1];
    for (const row of rows) {
      for (let at = FLAT.latencies; at < row.length; at += 2) {
        const bucket = row[at] as number;
        this.#counts[bucket]! += row[at + 1] as number;
        if (bucket < lowest) lowest = bucket;
        if (bucket > highest) highest = bucket;
      }
    }
    const found = ranks.map((rank) => this.#rank(rank, lowest, highest));
    if (highest >= lowest) this.#counts.fill(0, lowest, highest + 1);
    return found;
  }

  #rank(rank: number, lowest: number, highest: number): number | undefined {
    let passed = 0;
    for (let bucket = lowest; bucket <= highest; bucket++) {
      passed += this.#counts[bucket]!;
      if (passed >= rank) return latencyOf(bucket);
    }
    return undefined;
  }
}
