// How long one sub-query is waited for: a sign of life soon, the result within the timeout, and not a
// moment longer than the run itself goes on.
import { PylonError } from '../../protocol/errors.ts';
import { SIGN_OF_LIFE_MS } from '../../protocol/limits.ts';
import type { Clock } from '../ports.ts';

export type Silence = 'no-sign-of-life' | 'timeout';

export class Patience {
  /** Set when it ran out; undefined when the run ended or all went well. */
  exhausted: Silence | undefined;
  readonly #controller = new AbortController();
  #heard = false;
  readonly #stops: (() => void)[] = [];
  readonly #stopWaitingForLife: () => void = () => {};

  /** @param runSignal the run's own end, which ends this too */
  constructor(clock: Clock, timeoutMs: number, runSignal: AbortSignal) {
    const endWithRun = () => this.#controller.abort(runSignal.reason);
    runSignal.addEventListener('abort', endWithRun, { once: true });
    this.#stops.push(() => runSignal.removeEventListener('abort', endWithRun));
    this.#stops.push(clock.after(timeoutMs, () => this.#giveUp('timeout', timeoutMs)));
    if (SIGN_OF_LIFE_MS < timeoutMs) {
      this.#stopWaitingForLife = clock.after(SIGN_OF_LIFE_MS, () => this.#giveUp('no-sign-of-life', SIGN_OF_LIFE_MS));
      this.#stops.push(this.#stopWaitingForLife);
    }
    if (runSignal.aborted) endWithRun();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The provider works on it: from now on only the timeout counts. True the first time, false once it is over. */
  signOfLife(): boolean {
    const isNews = !this.#heard;
    this.#heard = true;
    this.#stopWaitingForLife();
    return isNews;
  }

  end(): void {
    this.#heard = true;
    for (const stop of this.#stops) stop();
  }

  #giveUp(silence: Silence, afterMs: number): void {
    this.exhausted = silence;
    this.#controller.abort(new PylonError('job-timeout', { value: `${afterMs} ms` }));
  }
}
