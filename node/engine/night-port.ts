// The desk of nights, the same on this machine and over a daemon's API.
import type { Night, NightCheck, NightPage, NightRequest, NightSelection } from '../../protocol/dse/overnight.ts';

export interface StartedNight {
  readonly nightId: string;
  /** An earlier night of the signature was found that did not come to its end: it goes on as it was asked for then. */
  readonly isResumed: boolean;
  /** The night, over. Rejects with `interrupted` where it was stopped, with `store-*` where it could not be kept: it can be gone on with. */
  readonly finished: Promise<Night>;
}

/** Improves one signature from what was mined to what is in force. All reject with `request-invalid` where nothing is kept. */
export interface NightDesk {
  /**
   * Begins a night, or goes on with the one of this signature that was cut off. Aborting `signal` stops it where it is.
   * @throws PylonError `signature-unknown` | `night-refused` (its window is over, one goes on, a canary of somebody else runs), before
   * anything is written
   */
  start(request: NightRequest, signal: AbortSignal): Promise<StartedNight>;
  /** Asks one to stop where it is. @returns false where it does not run */
  stop(nightId: string): Promise<boolean>;
  /** Resolves when it does not run (any more). */
  over(nightId: string): Promise<void>;
  /** @param nightId or a unique prefix of it. @throws PylonError `night-unknown` */
  read(nightId: string): Promise<Night>;
  /** Newest first. */
  list(selection: NightSelection): Promise<NightPage>;
  /** Looks up every id that a night names. @throws PylonError `night-unknown` */
  check(nightId: string): Promise<NightCheck>;
}
