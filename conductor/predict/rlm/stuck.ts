// Notices when an exploration goes in circles: the same action again, or steps that bring nothing new. First it is told so, then it ends.
import { PylonError } from '../../../protocol/errors.ts';

/** Steps without anything new after which the controller is told. */
export const NUDGE_AFTER = 3;
/** And after which the exploration ends: it was told, and had as many steps again. */
export const STOP_AFTER = 6;
/** What was seen; an exploration that saw more than this is not stuck for having forgotten the rest. */
const SEEN_MAX = 100_000;

export class StuckWatch {
  readonly #actions = new Map<string, number>();
  readonly #seen = new Set<string>();
  #stale = 0;
  #repeatOf: number | undefined;

  /**
   * Tells of one step.
   * @param action canonical JSON; empty where there was none
   * @param news what it brought, each by a key: places of the input, hashes of results
   * @returns true when any of it is new
   */
  note(iteration: number, action: string, news: readonly string[]): boolean {
    this.#repeatOf = action === '' ? undefined : this.#actions.get(action);
    this.#actions.set(action, iteration);
    let isNew = false;
    for (const key of news) {
      if (this.#seen.has(key)) continue;
      isNew = true;
      if (this.#seen.size < SEEN_MAX) this.#seen.add(key);
    }
    this.#stale = isNew ? 0 : this.#stale + 1;
    return isNew;
  }

  /** What to tell the controller with the next step, if anything. */
  nudge(): string | undefined {
    const left = STOP_AFTER - this.#stale;
    if (this.#repeatOf !== undefined && this.#stale > 0)
      return `this was done before, in step ${this.#repeatOf}, with the same result. Do something else, or finish with Final.`;
    if (this.#stale < NUDGE_AFTER) return undefined;
    return `nothing new was found in ${this.#stale} steps; after ${left} more the exploration ends. Try other words, or finish with Final.`;
  }

  /** Set when it is to end. */
  stop(): PylonError | undefined {
    return this.#stale < STOP_AFTER
      ? undefined
      : new PylonError('exploration-stuck', { value: `${this.#stale} steps` });
  }
}
