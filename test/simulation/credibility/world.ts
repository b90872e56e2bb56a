// Providers that answer a chunk truly, with a lie, or honestly but otherwise: the strangers of the Monte Carlo of credibility.
import { type ChunkOutput, isRecords } from '../../../protocol/records.ts';
import type { ExtractorOutput } from '../../../protocol/signature.ts';

export type Kind = 'honest' | 'colluding' | 'lying' | 'sleeping' | 'flickering' | 'whitewashing';

function saying(quote: string): ExtractorOutput {
  return { findings: [{ quote, score: 1 }] };
}

export const TRUE: ExtractorOutput = saying('what stands there');
/** What all who collude say. */
const AGREED_LIE: ExtractorOutput = saying('what was agreed on');

export interface Stranger {
  key: string;
  readonly kind: Kind;
  /** Jobs it was given under this key. */
  jobs: number;
  /** Jobs it was paid for while it lied. */
  liesPaid: number;
  paid: number;
}

export interface Habits {
  /** How often an honest answer differs from the others'. */
  readonly deviation: number;
  /** How often a liar knows a canary when he sees one, and answers it truly. */
  readonly canaryDetect: number;
  /** Jobs after which a sleeper begins to lie. */
  readonly sleeps: number;
}

let deviations = 0;

/** What a stranger says to one chunk. */
export function answerOf(
  stranger: Stranger,
  isCanary: boolean,
  habits: Habits,
  fraction: () => number,
): ExtractorOutput {
  stranger.jobs++;
  const { kind } = stranger;
  const honest = () => (fraction() < habits.deviation ? saying(`one's own words ${deviations++}`) : TRUE);
  if (kind === 'honest') return honest();
  if (isCanary && fraction() < habits.canaryDetect) return TRUE;
  if (kind === 'lying') return saying(`a lie of one's own ${deviations++}`);
  if (kind === 'sleeping' && stranger.jobs <= habits.sleeps) return honest();
  if (kind === 'flickering' && fraction() < 0.8) return honest();
  return AGREED_LIE;
}

export const isLie = (output: ChunkOutput) =>
  output === AGREED_LIE || (!isRecords(output) && output.findings[0]!.quote.startsWith('a lie'));
