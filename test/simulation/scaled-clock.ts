// Real time that runs faster, the same for every process of a simulation: an invoice of 45 s is void after a few seconds
// and still at the same moment for whoever pays, whoever is paid, the wallet and the relay.
import type { Clock } from '../../conductor/ports.ts';
import { realClock } from '../../node/clock.ts';

export interface ScaledTime {
  /** Unix milliseconds at which it began to run faster. */
  readonly epochMs: number;
  /** Seconds of a simulation in one real second; 1 is real time. */
  readonly scale: number;
}

export function scaledClock({ epochMs, scale }: ScaledTime): Clock {
  const clock = realClock();
  return {
    now: () => Math.floor(epochMs + (clock.now() - epochMs) * scale),
    after: (delayMs, callback) => clock.after(delayMs / scale, callback),
  };
}

/** Resolves after so many milliseconds of the clock. */
export function elapsed(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
}
