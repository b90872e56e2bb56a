// How long one sub-query is waited for: a sign of life soon and again and again, the result within the timeout, and
// not a moment longer than the run itself goes on.
import { PylonError } from '../../protocol/errors.ts';
import { SIGN_OF_LIFE_MS, SILENCE_MS } from '../../protocol/limits.ts';
import { follow } from '../follow.ts';
import type { Clock } from '../ports.ts';

export type Silence = 'no-sign-of-life' | 'timeout';

export class Patience {
  /** Set when it ran out; undefined when the run ended or all went well. */
  exhausted: Silence | undefined;
  readonly #clock: Clock;
  readonly #controller = new AbortController();
  readonly #stops: (() => void)[] = [];
  #stopListening: () => void = () => {};
  #heard = false;
  #abandoned: PylonError | undefined;
  #isOver = false;

  /** @param runSignal the run's own end, which ends this too */
  constructor(clock: Clock, timeoutMs: number, runSignal: AbortSignal) {
    this.#clock = clock;
    this.#stops.push(follow(this.#controller, runSignal));
    this.#stops.push(clock.after(timeoutMs, () => this.#giveUp('timeout', timeoutMs)));
    this.#listen(SIGN_OF_LIFE_MS);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The provider works on it, and will say so again before SILENCE_MS have passed. True the first time, false once it is over. */
  signOfLife(): boolean {
    const isNews = !this.#heard;
    this.#heard = true;
    if (!this.#isOver) this.#listen(SILENCE_MS);
    return isNews;
  }

  /** It was asked a moment ago, or waits for something that it has asked for itself: it is there, or must soon say so. */
  listen(silenceMs = SILENCE_MS): void {
    if (!this.#isOver) this.#listen(silenceMs);
  }

  /** It is for nothing: what is waited for cannot come any more. */
  abandon(reason: PylonError): void {
    this.#abandoned ??= reason;
    this.#controller.abort(reason);
  }

  /** Why it was abandoned, if so. */
  get abandoned(): PylonError | undefined {
    return this.#abandoned;
  }

  /** Whoever works on it cannot die unnoticed: only the timeout counts. */
  trust(): void {
    this.#stopListening();
  }

  end(): void {
    this.#heard = true;
    this.#isOver = true;
    this.#stopListening();
    for (const stop of this.#stops) stop();
  }

  #listen(silenceMs: number): void {
    this.#stopListening();
    this.#stopListening = this.#clock.after(silenceMs, () => this.#giveUp('no-sign-of-life', silenceMs));
  }

  #giveUp(silence: Silence, afterMs: number): void {
    this.exhausted ??= silence;
    this.#controller.abort(new PylonError('job-timeout', { value: `${afterMs} ms` }));
  }
}
