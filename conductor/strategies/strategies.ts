// The strategies by their names.
import type { StrategyId } from '../../protocol/receipt.ts';
import { STRATEGY_IDS } from '../../protocol/receipt.ts';
import type { RunConfig } from '../../protocol/run.ts';
import { direct } from './direct.ts';
import { distilled } from './distilled.ts';
import { mapReduce } from './map-reduce.ts';
import { rlmLite } from './rlm-lite.ts';
import type { Strategy } from './strategy.ts';

const STRATEGIES: Readonly<Record<StrategyId, Strategy>> = {
  'direct.v1': direct,
  'map_reduce.v1': mapReduce,
  'rlm_lite.v1': rlmLite,
  'distilled.search_line_extract.v1': distilled,
};

/** The strategy of a run, as its record names it; one that is not known here is that of older records. */
export function strategyOf({ strategy_id }: Pick<RunConfig, 'strategy_id'>): StrategyId {
  return STRATEGY_IDS.find((known) => known === strategy_id) ?? 'map_reduce.v1';
}

export function strategyNamed(strategyId: StrategyId): Strategy {
  return STRATEGIES[strategyId];
}
