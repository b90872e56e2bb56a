// What a run is asked with: options and defaults become the RunConfig that its record keeps, and it must fit the relays.
import { type Route, routeOf } from '../../conductor/predict/routing.ts';
import { limitsOf } from '../../conductor/strategies/limits.ts';
import { PylonError } from '../../protocol/errors.ts';
import {
  CHUNK_BYTES_DEFAULT,
  CHUNK_BYTES_EMBEDDED,
  JOB_ENVELOPE_BYTES,
  OUTPUT_CHARS_JUDGED,
} from '../../protocol/limits.ts';
import { parseVerification } from '../../protocol/policy.ts';
import type { PredictLimits } from '../../protocol/predict-budgets.ts';
import type { StrategyId } from '../../protocol/receipt.ts';
import type { RunConfig } from '../../protocol/run.ts';
import { sealedChars } from '../../protocol/seal.ts';
import { ENGINE_NAME } from '../../protocol/signature.ts';
import { AUTO_TIER } from '../settings/fields.ts';
import type { RunOptions } from '../settings/run-options.ts';
import type { Session } from './session.ts';

/** A sealed job's tags and frame beside its content. */
const FRAME_BYTES = 2_048;

/** A model's context window and foreign relays ask for small chunks; the embedded engine on loopback does not. */
function defaultChunkBytes(options: RunOptions, model: string): number {
  return options.relays.length === 0 && model === ENGINE_NAME ? CHUNK_BYTES_EMBEDDED : CHUNK_BYTES_DEFAULT;
}

/** Whether the swarm may be asked at all. */
export function asksSwarm(
  { local_only }: Pick<RunOptions, 'local_only'>,
  { strategyId }: Pick<Route, 'strategyId'>,
): boolean {
  return !local_only && strategyId !== 'direct.v1';
}

/** How the answer of a run is to be found. */
export function routeOfRun(options: RunOptions, hasModel: boolean, inputBytes: number): Route {
  return routeOf({
    asked: options.strategy,
    hasModel,
    inputBytes,
    windowTokens: options.window_tokens,
    namesRelay: options.relays.length > 0,
    namesTier: options.verify !== AUTO_TIER && options.verify !== 'none',
    paysInEscrow: options.escrow,
  });
}

/** What the prediction of a run may use. */
function limitsOfRun(options: RunOptions, strategyId: StrategyId): PredictLimits {
  const { max_iterations, max_lm_calls, max_sub_calls, max_tool_calls, max_output_chars, deadline_s } = options;
  // The end of a map_reduce run has rules of its own: its deadline ends the asking, and the answer is made of what is there.
  const isTimed = deadline_s !== undefined && strategyId !== 'map_reduce.v1';
  return limitsOf(strategyId, {
    ...(isTimed ? { maxTimeMs: Math.round(deadline_s * 1_000) } : {}),
    ...(max_iterations === undefined ? {} : { maxRlmIterations: max_iterations }),
    ...(max_lm_calls === undefined ? {} : { maxLmCalls: max_lm_calls }),
    ...(max_sub_calls === undefined ? {} : { maxSubLmCalls: max_sub_calls }),
    ...(max_tool_calls === undefined ? {} : { maxToolCalls: max_tool_calls }),
    ...(max_output_chars === undefined ? {} : { maxOutputChars: max_output_chars }),
  });
}

/** What runs are listed by: `pylon.map_reduce`, or `pylon.local` where nobody else is asked. */
function methodOf({ local_only }: RunOptions, strategyId: StrategyId): string {
  return local_only ? 'pylon.local' : `pylon.${strategyId.split('.')[0]}`;
}

/** Options as the record keeps them. @param verification the tier that `auto` means here */
export function configOf(
  options: RunOptions,
  model: string,
  verification: string,
  { strategyId }: Pick<Route, 'strategyId'>,
): RunConfig {
  return {
    method: methodOf(options, strategyId),
    model,
    chunk_size: options.chunk_size ?? defaultChunkBytes(options, model),
    max_depth: options.max_depth,
    fanout: options.fanout,
    quorum: options.quorum,
    budget_sats: options.budget_sats,
    verification,
    ...(options.verify_schema === undefined ? {} : { verification_schema: options.verify_schema }),
    strategy_id: strategyId,
    strategy: options.strategy,
    limits: limitsOfRun(options, strategyId),
    window_tokens: options.window_tokens,
    timeout_ms: Math.round(options.timeout_s * 1000),
    ...(options.deadline_s === undefined ? {} : { deadline_ms: Math.round(options.deadline_s * 1000) }),
    relays: options.relays,
    public: options.public,
    ...(options.escrow ? { escrow: true } : {}),
  };
}

/** Refuses a chunk that the relays would refuse, also beside its answer where a validator judges that. @throws PylonError `event-too-large` */
export function checkChunkFits(session: Session, { chunk_size: chunkBytes, verification }: RunConfig): void {
  const answerChars = parseVerification(verification).kind === 'validated' ? OUTPUT_CHARS_JUDGED : 0;
  const bytesMax = session.messageBytesMax();
  if (sealedChars(chunkBytes + answerChars + JOB_ENVELOPE_BYTES) + FRAME_BYTES <= bytesMax) return;
  const reason = `a chunk of ${chunkBytes} bytes makes a larger message than the ${bytesMax} bytes the relays take`;
  throw new PylonError('event-too-large', { value: `--chunk-size ${chunkBytes}`, reason });
}
