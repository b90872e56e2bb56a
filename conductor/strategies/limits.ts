// The budget profile of each strategy: what its prediction may use where nobody said otherwise. The limits in force stand in the
// run's record and in its receipt.
import type { PredictLimits } from '../../protocol/predict-budgets.ts';
import type { StrategyId } from '../../protocol/receipt.ts';

/** An exploration that has not found it by then goes in circles. */
const MAX_ITERATIONS = 24;
/** A call and a repair for each step, and as many sub-calls. */
const MAX_LM_CALLS = 72;
/** Leaves: a hundred megabytes in chunks of 16,000 bytes, asked once and a half. */
const MAX_SUB_LM_CALLS = 10_000;
const MAX_TOOL_CALLS = 64;
/** What models may write, all answers together. */
const MAX_OUTPUT_CHARS = 1_000_000;

const EXPLORATION: PredictLimits = {
  maxLmCalls: MAX_LM_CALLS,
  maxToolCalls: MAX_TOOL_CALLS,
  maxOutputChars: MAX_OUTPUT_CHARS,
  maxRlmIterations: MAX_ITERATIONS,
  maxSubLmCalls: MAX_SUB_LM_CALLS,
};

/** `map_reduce.v1` asks each chunk once: the size of its input, its sats and its deadline bound it. */
const PROFILES: Readonly<Record<StrategyId, PredictLimits>> = {
  'direct.v1': { maxLmCalls: 8, maxOutputChars: MAX_OUTPUT_CHARS },
  'map_reduce.v1': {},
  'rlm_lite.v1': EXPLORATION,
  'distilled.search_line_extract.v1': EXPLORATION,
};

/** The limits of a run. @param asked what was said otherwise */
export function limitsOf(strategyId: StrategyId, asked: PredictLimits): PredictLimits {
  return { ...PROFILES[strategyId], ...asked };
}
