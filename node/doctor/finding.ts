// What a check of `pylon doctor` is given and what it says.
import type { Clock, Random } from '../../conductor/ports.ts';
import type { Environment } from '../home.ts';

export interface Finding {
  readonly state: 'ok' | 'warn' | 'fail';
  readonly what: string;
  readonly words: string;
  readonly next?: string;
}

export interface Scene {
  readonly home: string;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly random: Random;
}

export function finding(state: Finding['state'], what: string, words: string, next?: string): Finding {
  return { state, what, words, ...(next === undefined ? {} : { next }) };
}
