// The ways in which a wallet makes trouble without ever paying twice: what it does with one request to pay, when the
// money really moves, what it answers, and what its lookups say meanwhile.

/** Seconds of the simulation; an "hour" is longer than any invoice or request holds, which is all that matters of it. */
const HOUR_SECONDS = 120;
const FORGETS_SECONDS = 15;

interface Conduct {
  /** Seconds until the money moves; never when absent. */
  readonly paysAfter?: number;
  /** Answers at once, or when the money has moved. */
  readonly answers: 'nothing' | 'proof' | 'proof twice' | 'proof, then failure' | 'failure, then proof' | 'failure';
  /** What a lookup by the payer says until `tellsAfter`. */
  readonly lookups: 'pending' | 'failed' | 'not found';
  /** Seconds from the request until lookups tell what is true; at once unless told. */
  readonly tellsAfter?: number;
  /** The wallet's process dies: once it has written down that it was asked, or that it has paid. */
  readonly dies?: 'asked' | 'paid';
}

export const TROUBLES = {
  pays: { paysAfter: 0, answers: 'proof', lookups: 'pending' },
  'drops the reply': { paysAfter: 0, answers: 'nothing', lookups: 'pending' },
  'answers twice': { paysAfter: 0, answers: 'proof twice', lookups: 'pending' },
  'takes its proof back': { paysAfter: 0, answers: 'proof, then failure', lookups: 'pending' },
  'takes its failure back': { paysAfter: 0, answers: 'failure, then proof', lookups: 'pending' },
  'is slow': { paysAfter: 20, answers: 'proof', lookups: 'pending', tellsAfter: 20 },
  'takes an hour': { paysAfter: 5, answers: 'nothing', lookups: 'pending', tellsAfter: HOUR_SECONDS },
  forgets: { paysAfter: 0, answers: 'nothing', lookups: 'not found', tellsAfter: FORGETS_SECONDS },
  'fails and pays': { paysAfter: 25, answers: 'failure', lookups: 'failed', tellsAfter: 25 },
  /** The hardest to tell from a payment that is never made: Pylon's invoices hold for 45 s. */
  'pays at the last second': { paysAfter: 43, answers: 'nothing', lookups: 'not found', tellsAfter: 43 },
  'fails late': { answers: 'nothing', lookups: 'pending', tellsAfter: 20 },
  refuses: { answers: 'failure', lookups: 'not found' },
  'dies before it pays': { answers: 'nothing', lookups: 'not found', dies: 'asked' },
  'dies after it paid': { paysAfter: 0, answers: 'nothing', lookups: 'pending', dies: 'paid' },
} as const satisfies Record<string, Conduct>;

export type Trouble = keyof typeof TROUBLES;

export const ALL_TROUBLES = Object.keys(TROUBLES) as Trouble[];

export function conductOf(trouble: Trouble): Conduct {
  return TROUBLES[trouble];
}
