// What the list of runs is filtered and sorted by, one typed array for each property: a hundred thousand runs take a few dozen
// megabytes here, and going through all of them takes a millisecond or two.
import { RUN_STATUSES, type RunRecord } from '../../protocol/run.ts';

/** As many as a question of ours may have; what an imported one has beyond is not searched. */
const TEXT_CHARS_MAX = 4_096;
const SLOTS_FIRST = 256;

/** A string that was cut out of a longer one keeps all of it in memory: of a decoded record, every text there was in it. */
function ownCopy(text: string): string {
  return Buffer.from(text).toString();
}

/** Names that many runs share, as numbers. */
class Names {
  readonly #numbers = new Map<string, number>();
  readonly names: string[] = [];

  numberOf(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const own = ownCopy(name);
    this.#numbers.set(own, this.names.length);
    this.names.push(own);
    return this.names.length - 1;
  }

  find(name: string): number | undefined {
    return this.#numbers.get(name);
  }
}

/** The experiment of a run that has none. */
export const NO_EXPERIMENT = -1;

/** What changes while a run goes on. */
export interface Progress {
  readonly costMsat: number;
  readonly latencyMs: number;
  readonly coverage: number;
}

export class Columns {
  /** Of a slot that is free: the empty text. */
  readonly ids: string[] = [];
  /** The question in lower case. */
  readonly texts: string[] = [];
  readonly methodNames = new Names();
  readonly experimentNames = new Names();
  statuses = new Uint8Array(SLOTS_FIRST);
  methods = new Uint32Array(SLOTS_FIRST);
  experiments = new Int32Array(SLOTS_FIRST);
  createdMs = new Float64Array(SLOTS_FIRST);
  costsMsat = new Float64Array(SLOTS_FIRST);
  latenciesMs = new Float64Array(SLOTS_FIRST);
  coverages = new Float64Array(SLOTS_FIRST);
  readonly #free: number[] = [];

  /** A slot for one more run. */
  allot(): number {
    const slot = this.#free.pop() ?? this.ids.length;
    if (slot === this.statuses.length) this.#grow();
    return slot;
  }

  set(slot: number, record: RunRecord): void {
    const { metrics, config, experiment } = record;
    this.ids[slot] = ownCopy(record.id);
    this.texts[slot] = ownCopy(record.query.slice(0, TEXT_CHARS_MAX).toLowerCase());
    this.statuses[slot] = RUN_STATUSES.indexOf(record.status);
    this.methods[slot] = this.methodNames.numberOf(config.method);
    this.experiments[slot] = experiment === null ? NO_EXPERIMENT : this.experimentNames.numberOf(experiment);
    this.createdMs[slot] = Date.parse(record.created_at);
    this.setProgress(slot, { costMsat: metrics.cost_msat, latencyMs: metrics.elapsed_ms, coverage: metrics.coverage });
  }

  setProgress(slot: number, { costMsat, latencyMs, coverage }: Progress): void {
    this.costsMsat[slot] = costMsat;
    this.latenciesMs[slot] = latencyMs;
    this.coverages[slot] = coverage;
  }

  free(slot: number): void {
    this.ids[slot] = '';
    this.texts[slot] = '';
    this.#free.push(slot);
  }

  #grow(): void {
    const { length } = this.statuses;
    const grown = <Column extends Uint8Array | Uint32Array | Int32Array | Float64Array>(
      larger: Column,
      column: Column,
    ) => {
      larger.set(column);
      return larger;
    };
    this.statuses = grown(new Uint8Array(2 * length), this.statuses);
    this.methods = grown(new Uint32Array(2 * length), this.methods);
    this.experiments = grown(new Int32Array(2 * length), this.experiments);
    this.createdMs = grown(new Float64Array(2 * length), this.createdMs);
    this.costsMsat = grown(new Float64Array(2 * length), this.costsMsat);
    this.latenciesMs = grown(new Float64Array(2 * length), this.latenciesMs);
    this.coverages = grown(new Float64Array(2 * length), this.coverages);
  }
}
