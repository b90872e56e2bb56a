// How far a run has come, as MCP tells it: a number that only rises, of a total once that is known, and some words. It is told now and
// then even when nothing has come, because a client takes silence for the end.
import type { Clock } from '../../conductor/ports.ts';
import { foldEvent, type RunState } from '../../protocol/fold.ts';
import { metricsOf } from '../../protocol/run-metrics.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { grouped, plural, printSats } from '../../protocol/words.ts';

/** Faster than anybody reads, slow enough to cost nothing. */
const EVERY_MS = 250;
/** Clients give up after a minute of silence. */
const HEARTBEAT_MS = 5_000;

export interface Told {
  readonly progress: number;
  readonly total?: number;
  readonly message: string;
}

/** The whole of the work: what the router chose, or an estimate while the input is cut. */
function totalOf(state: RunState): number | undefined {
  if (state.selected !== undefined) return state.selected;
  return state.chunks.length === 0 ? undefined : state.chunks.length;
}

export class RunProgress {
  readonly #clock: Clock;
  readonly #tell: (told: Told) => void;
  #state: RunState | undefined;
  #done = 0;
  /** Times that something was told since the last chunk was answered. */
  #told = 0;
  #nextMs = 0;
  #cancel: () => void = () => undefined;
  #isOver = false;

  constructor(clock: Clock, tell: (told: Told) => void) {
    this.#clock = clock;
    this.#tell = tell;
    this.#beat();
  }

  onEvent(event: TraceEvent): void {
    this.#state = foldEvent(this.#state, event);
    if (this.#clock.now() >= this.#nextMs) this.#say();
  }

  /** Nothing is told any more. */
  end(): void {
    this.#isOver = true;
    this.#cancel();
  }

  #beat(): void {
    this.#cancel = this.#clock.after(HEARTBEAT_MS, () => {
      this.#say();
      if (!this.#isOver) this.#beat();
    });
  }

  #say(): void {
    const state = this.#state;
    if (this.#isOver || state === undefined) return;
    this.#nextMs = this.#clock.now() + EVERY_MS;
    const { chunks_answered: answered, findings } = metricsOf(state);
    if (answered > this.#done) [this.#done, this.#told] = [answered, 0];
    // Between two chunks it creeps, and never as far as the next.
    const progress = this.#done + 1 - 1 / (1 + this.#told++);
    const total = totalOf(state);
    const of = total === undefined ? '' : ` of ${plural(total, 'chunk')}`;
    // The answer itself is the last piece of work.
    const rest = total === undefined ? {} : { total: Math.max(total, this.#done) + 1 };
    const message = `run ${state.id}: ${grouped(this.#done)}${of} answered, ${plural(findings, 'finding')}, ${printSats(state.spent_msat)} sats`;
    this.#tell({ progress, ...rest, message });
  }
}
