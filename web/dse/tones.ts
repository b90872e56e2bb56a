// How things of the inspector stand, as tones and words. Pure.
import type { Canary } from '../../protocol/dse/canary.ts';
import type { CompileHead } from '../../protocol/dse/compile.ts';
import type { Review, Split } from '../../protocol/dse/example.ts';
import type { Night, NightStepRow } from '../../protocol/dse/overnight.ts';
import type { GateVerdict, Promotion } from '../../protocol/dse/promotion.ts';
import type { Tone } from '../parts/mark.tsx';

type Said = readonly [tone: Tone, words: string];

export const CANARY_SAID: Readonly<Record<Canary['status'], Said>> = {
  running: ['busy', 'running'],
  hold: ['late', 'inconclusive, held'],
  passed: ['good', 'passed'],
  auto_stopped: ['bad', 'stopped by its evidence'],
  stopped: ['idle', 'stopped by hand'],
};

export const COMPILE_SAID: Readonly<Record<CompileHead['status'], Said>> = {
  running: ['busy', 'running'],
  done: ['good', 'done'],
  failed: ['bad', 'failed'],
  stopped: ['late', 'stopped'],
};

const VERDICT_SAID: Readonly<Record<GateVerdict, Said>> = {
  promote: ['good', 'promoted'],
  keep: ['idle', 'kept what was'],
  insufficient_evidence: ['late', 'too little evidence'],
};

/** What came of a gate, an operator's word included. */
export function gateSaid({
  verdict,
  override,
  movedPointer,
}: Pick<Promotion, 'verdict' | 'override' | 'movedPointer'>): Said {
  if (override !== null && movedPointer) return ['late', 'promoted by an operator'];
  // Measured before a canary, say: what is in force stays until somebody asks again.
  if (verdict === 'promote' && !movedPointer) return ['good', 'better, only measured'];
  return VERDICT_SAID[verdict];
}

export const NIGHT_SAID: Readonly<Record<Night['status'], Said>> = {
  running: ['busy', 'running'],
  passed: ['good', 'passed'],
  failed: ['bad', 'failed'],
  nothing_to_promote: ['idle', 'nothing to promote'],
  held: ['idle', 'held: the canary was not decided'],
};

export const STEP_SAID: Readonly<Record<NightStepRow['status'], Said>> = {
  done: ['good', 'done'],
  skipped: ['idle', 'skipped'],
  failed: ['bad', 'failed'],
};

export const REVIEW_SAID: Readonly<Record<Review, Said>> = {
  approved: ['good', 'approved'],
  pending: ['late', 'to be judged'],
  rejected: ['bad', 'rejected'],
};

/** The values of the protocol, without the schemas that come with them there: those would triple what the page loads. */
export const REVIEWS = Object.keys(REVIEW_SAID) as readonly Review[];
const SPLIT_ORDER: Readonly<Record<Split, number>> = { train: 0, dev: 1, holdout: 2 };
export const SPLITS = Object.keys(SPLIT_ORDER) as readonly Split[];
