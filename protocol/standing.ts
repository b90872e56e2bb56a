// What is known of a provider's honesty: a fold over results that were checked. The run that checks and the ledger that keeps it
// across runs use this same function, so there is one truth.
import { z } from 'zod';
import type { TraceEvent } from './trace.ts';

/** One result that was checked. */
export interface Observation {
  /** Against an answer known before, against the voices of others, or against our own computation. */
  readonly by: 'canary' | 'panel' | 'local';
  readonly isRight: boolean;
}

const count = z.number().int().min(0);

export const standingSchema = z.object({
  /** Right results in a row that others or our own computation confirmed. */
  streak: count,
  /** Right canaries in a row. */
  passes: count,
  /** Evidence that it lies now, as the logarithm of a likelihood ratio: 0 is none. It falls slowly and rises fast. */
  suspicion: z.number().min(0),
  right: count,
  wrong: count,
  /** How often it was caught. */
  strikes: count,
});
export type Standing = Readonly<z.infer<typeof standingSchema>>;

/**
 * A wrong result is thirty times likelier of a liar than of an honest provider, whose answers differ from the others' in 3 of 100
 * cases (facts: honest agreement 97 %): ln 30.
 */
const WRONG_EVIDENCE = 3.4;
/** A right result is nearly as likely of a liar who waits for his time: two thirds. */
const RIGHT_EVIDENCE = 0.4;
/** What a stranger begins with: the first wrong result is enough to catch him. */
const STRANGER_SUSPICION = 2;
/** Two wrong results among few: e^5 to 1 that it lies. */
const STRIKE_SUSPICION = 5;
/** Someone who was caught before needs more right results before a wrong one is forgiven. */
const STRIKE_MEMORY = 1;
const STRIKES_REMEMBERED = 3;

export const STRANGER: Standing = Object.freeze({
  streak: 0,
  passes: 0,
  suspicion: STRANGER_SUSPICION,
  right: 0,
  wrong: 0,
  strikes: 0,
});

/** The standing after one more checked result. A wrong one resets what was earned; one too many is a strike. */
export function observe(standing: Standing, { by, isRight }: Observation): Standing {
  if (isRight) {
    const suspicion = Math.max(0, standing.suspicion - RIGHT_EVIDENCE);
    const right = standing.right + 1;
    return by === 'canary'
      ? { ...standing, passes: standing.passes + 1, suspicion, right }
      : { ...standing, streak: standing.streak + 1, suspicion, right };
  }
  const suspicion = standing.suspicion + WRONG_EVIDENCE;
  const reset = { streak: 0, passes: 0, right: standing.right, wrong: standing.wrong + 1 };
  if (suspicion < STRIKE_SUSPICION) return { ...reset, suspicion, strikes: standing.strikes };
  const strikes = standing.strikes + 1;
  const remembered = Math.min(strikes, STRIKES_REMEMBERED) * STRIKE_MEMORY;
  return { ...reset, suspicion: STRANGER_SUSPICION + remembered, strikes };
}

/** What a verdict was reached by, and on whom. */
export interface Judged<Voice> {
  readonly by: Observation['by'];
  readonly agreeing: readonly Voice[];
  readonly dissenting: readonly Voice[];
}

/** What a verdict teaches of each: whom it confirms, and whom it refutes. One voice alone confirms nothing. */
export function* observations<Voice>({ by, agreeing, dissenting }: Judged<Voice>): Generator<[Voice, Observation]> {
  if (by !== 'panel' || agreeing.length > 1) for (const voice of agreeing) yield [voice, { by, isRight: true }];
  for (const voice of dissenting) yield [voice, { by, isRight: false }];
}

const BY: Readonly<Record<string, Observation['by']>> = { accepted: 'panel', local: 'local', canary: 'canary' };

/** What a recorded verdict teaches, by query. Nothing where nobody could decide, or where who said what was not recorded. */
export function* lessonsOf(
  event: Extract<TraceEvent, { type: 'VerifyRedundant' }>,
): Generator<{ queryId: string; observation: Observation }> {
  const by = Object.hasOwn(BY, event.verdict) ? BY[event.verdict] : undefined;
  if (by === undefined) return;
  const { agreeing = [], dissenting = [] } = event;
  for (const [queryId, observation] of observations({ by, agreeing, dissenting })) yield { queryId, observation };
}
