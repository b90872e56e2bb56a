// What every operation of the hub needs to know of the time and the rules it runs under.
import type { HubLimits } from './limits.ts';

export interface Moment {
  /** Unix seconds. */
  readonly nowSeconds: number;
  /** A number above all before it. */
  readonly order: () => number;
  readonly limits: HubLimits;
}
