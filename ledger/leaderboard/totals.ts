// What each provider did over a range of hours: its rows added up. There may be very many rows for one answer, so
// their latencies stay pairs in a list; only a provider's sum is spread over all buckets, in one array for all of them.
import { BUCKETS, latencyOf } from './latency-buckets.ts';
import { namedAt, type Rollup, sawAt, sumMsat } from './rollup.ts';

/** A row as it was read. */
export interface RollupRow {
  readonly provider: string;
  readonly model: string;
  readonly rollup: Rollup;
}

export class Total {
  readonly provider: string;
  readonly models = new Set<string>();
  asked = 0;
  answered = 0;
  failed = 0;
  timeouts = 0;
  cancelled = 0;
  settledMsat = 0;
  firstMs = 0;
  lastMs = 0;
  name = '';
  nameMs = 0;
  /** Bucket and answers in turn; a bucket may come again. */
  readonly latencies: number[] = [];

  constructor(provider: string) {
    this.provider = provider;
  }

  add(model: string, row: Rollup): void {
    if (model !== '') this.models.add(model);
    this.asked += row.asked;
    this.answered += row.answered;
    this.failed += row.failed;
    this.timeouts += row.timeouts;
    this.cancelled += row.cancelled;
    this.settledMsat = sumMsat(this.settledMsat, row.settledMsat);
    if (row.lastMs > 0) {
      sawAt(this, row.firstMs);
      sawAt(this, row.lastMs);
    }
    namedAt(this, row.name, row.nameMs);
    for (const [bucket, answers] of row.latencies) this.latencies.push(bucket, answers);
  }
}

/** By provider. @param model only rows of this one @param models takes the name of every model that there is */
export async function totalsOf(
  rows: AsyncIterable<RollupRow>,
  model: string | undefined,
  models: Set<string>,
): Promise<Map<string, Total>> {
  const totals = new Map<string, Total>();
  for await (const row of rows) {
    if (row.model !== '') models.add(row.model);
    if (model !== undefined && row.model !== model) continue;
    let total = totals.get(row.provider);
    if (total === undefined) {
      total = new Total(row.provider);
      totals.set(row.provider, total);
    }
    total.add(row.model, row.rollup);
  }
  return totals;
}

/** Tells quantiles of one provider after the other. */
export class Quantiles {
  readonly #counts = new Float64Array(BUCKETS);

  /** The values at these ranks (from 1) of all answers in ascending order, in ms; undefined where the rank is beyond them. */
  at(latencies: readonly number[], ranks: readonly number[]): (number | undefined)[] {
    let [lowest, highest] = [BUCKETS, -1];
    for (let at = 0; at < latencies.length; at += 2) {
      const bucket = latencies[at]!;
      this.#counts[bucket]! += latencies[at + 1]!;
      if (bucket < lowest) lowest = bucket;
      if (bucket > highest) highest = bucket;
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
