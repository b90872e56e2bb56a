// How long one sub-query is waited for: a sign of life soon and again and again, the result within the timeout, and
// not a moment longer than anybody wants it. One signal tells of all its ends: to make one costs as much as ten events.
import { PylonError } from '../../protocol/errors.ts';
import { SIGN_OF_LIFE_MS, SILENCE_MS } from '../../protocol/limits.ts';
import { follow } from '../follow.ts';
import type { Clock } from '../ports.ts';

export type Silence = 'no-sign-of-life' | 'timeout';

export class Patience {
  /** Set when it ran out; undefined when it was withdrawn or all went well. */
  exhausted: Silence | undefined;
  readonly #clock: Clock;
  readonly #controller = new AbortController();
  readonly #stops: (() => void)[] = [];
  #withdrawal: { readonly reason: unknown } | undefined;
  #stopListening: () => void = () => {};
  #heard = false;
  #abandoned: PylonError | undefined;
  #isOver = false;

  /** It lasts for ever until it begins, or is withdrawn. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** One that is withdrawn when the signal is aborted, at once where it is already. */
  static until(clock: Clock, signal: AbortSignal): Patience {
    const patience = new Patience(clock);
    patience.#stops.push(follow(signal, (reason) => patience.withdraw(reason)));
    return patience;
  }

  /** From now on there is a timeout, and a sign of life must come. */
  begin(timeoutMs: number): this {
    this.#stops.push(this.#clock.after(timeoutMs, () => this.#giveUp('timeout', timeoutMs)));
    this.#listen(SIGN_OF_LIFE_MS);
    return this;
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

  /** Nobody wants it any more. */
  withdraw(reason: unknown): void {
    this.#withdrawal ??= { reason };
    this.#controller.abort(reason);
  }

  /** Why nobody wants it any more, if so. */
  get withdrawal(): { readonly reason: unknown } | undefined {
    return this.#withdrawal;
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
