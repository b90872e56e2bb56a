// Records of runs made up for lists: of any age, cost and fate, without a trace behind them.
import { fold, toRunRecord } from '../../protocol/fold.ts';
import type { RunRecord, RunStatus } from '../../protocol/run.ts';
import { runIdOf, TRACE_BEGINS_MS, traceOf } from './traces.ts';

export interface MadeRun {
  readonly number: number;
  readonly status?: RunStatus;
  readonly method?: string;
  readonly experiment?: string | null;
  readonly query?: string;
  readonly dataset?: string | null;
  readonly createdMs?: number;
  readonly costMsat?: number;
  readonly latencyMs?: number;
  readonly coverage?: number;
  readonly tokens?: number;
  readonly scores?: Record<string, number>;
}

const TEMPLATE = toRunRecord(fold(traceOf({ queries: 2 })));

export function madeRecord(run: MadeRun): RunRecord {
  const { number, status = 'done', method = 'pylon.map_reduce', experiment = null, scores } = run;
  const { query = `question ${number}`, createdMs = TRACE_BEGINS_MS + number, costMsat = 0, latencyMs = 0 } = run;
  const { coverage = 1, dataset = null, tokens = 0 } = run;
  return {
    ...TEMPLATE,
    id: runIdOf(number),
    created_at: new Date(createdMs).toISOString(),
    status,
    query,
    dataset,
    experiment,
    config: { ...TEMPLATE.config, method },
    metrics: { ...TEMPLATE.metrics, cost_msat: costMsat, elapsed_ms: latencyMs, coverage },
    cost_sats: costMsat / 1_000,
    tokens_used: tokens,
    ...(scores === undefined ? {} : { scores }),
  };
}
