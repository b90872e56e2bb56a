// What a run is asked with: options and defaults become the RunConfig that its record keeps, and it must fit the relays.
import type { ActiveParams } from '../../conductor/predict/options.ts';
import type { Named, Route, Situation } from '../../conductor/predict/routing.ts';
import { limitsOf } from '../../conductor/strategies/limits.ts';
import { PylonError } from '../../protocol/errors.ts';
import {
  CHUNK_BYTES_DEFAULT,
  CHUNK_BYTES_EMBEDDED,
  CHUNK_BYTES_MAX,
  JOB_ENVELOPE_BYTES,
  OUTPUT_CHARS_JUDGED,
} from '../../protocol/limits.ts';
import { parseVerification } from '../../protocol/policy.ts';
import type { PredictLimits } from '../../protocol/predict-budgets.ts';
import { DEFAULT_COMPILED_ID } from '../../protocol/predict-params.ts';
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

/** A run that is made by the signature's own parameters goes by its options alone, also where a canary counts it. */
function artifactIn(active: ActiveParams | undefined): ActiveParams | undefined {
  return active?.compiledId === DEFAULT_COMPILED_ID ? undefined : active;
}

/** The strategy that an artifact names, where it names one. */
export function namedBy(active: ActiveParams | undefined): { named?: Named } {
  const artifact = artifactIn(active);
  if (artifact === undefined || artifact.params.strategyId === 'auto') return {};
  return { named: { strategyId: artifact.params.strategyId, compiledId: artifact.compiledId } };
}

/** No chunk is larger than anybody takes. */
function chunkBytesBy(chunkBytes: number | undefined): number | undefined {
  return chunkBytes === undefined ? undefined : Math.min(chunkBytes, CHUNK_BYTES_MAX);
}

/** What decides how the answer of a run is to be found. @param active the artifact in force; undefined for none */
export function situationOf(
  options: RunOptions,
  hasModel: boolean,
  inputBytes: number,
  active: ActiveParams | undefined,
): Situation {
  return {
    ...namedBy(active),
    asked: options.strategy,
    hasModel,
    inputBytes,
    windowTokens: options.window_tokens,
    namesRelay: options.relays.length > 0,
    namesTier: options.verify !== AUTO_TIER && options.verify !== 'none',
    paysInEscrow: options.escrow,
  };
}

/** What the prediction of a run may use. */
function limitsOfRun(options: RunOptions, strategyId: StrategyId, artifact: ActiveParams | undefined): PredictLimits {
  const { max_iterations, max_lm_calls, max_sub_calls, max_tool_calls, max_output_chars, deadline_s } = options;
  // The end of a map_reduce run has rules of its own: its deadline ends the asking, and the answer is made of what is there.
  const isTimed = deadline_s !== undefined && strategyId !== 'map_reduce.v1';
  return limitsOf(strategyId, {
    ...artifact?.params.budgets,
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

/** Options as the record keeps them. @param verification the tier that `auto` means here @param active the artifact in force; undefined for none */
export function configOf(
  options: RunOptions,
  model: string,
  verification: string,
  { strategyId }: Pick<Route, 'strategyId'>,
  active: ActiveParams | undefined,
): RunConfig {
  const artifact = artifactIn(active);
  const { chunkBytes, overlapLines, routerTopK } = artifact?.params ?? {};
  return {
    method: methodOf(options, strategyId),
    model,
    chunk_size: options.chunk_size ?? chunkBytesBy(chunkBytes) ?? defaultChunkBytes(options, model),
    ...(overlapLines === undefined ? {} : { overlap_lines: overlapLines }),
    ...(routerTopK === undefined ? {} : { chunks_max: routerTopK }),
    ...(artifact === undefined ? {} : { compiled_id: artifact.compiledId }),
    max_depth: options.max_depth,
    fanout: options.fanout,
    quorum: options.quorum,
    budget_sats: options.budget_sats,
    verification,
    ...(options.verify_schema === undefined ? {} : { verification_schema: options.verify_schema }),
    strategy_id: strategyId,
    strategy: options.strategy,
    limits: limitsOfRun(options, strategyId, artifact),
    window_tokens: options.window_tokens,
    timeout_ms: Math.round(options.timeout_s * 1000),
    ...(options.deadline_s === undefined ? {} : { deadline_ms: Math.round(options.deadline_s * 1000) }),
    relays: options.relays,
    public: options.public,
    ...(options.escrow ? { escrow: true } : {}),
  };
}

/**
 * The config as it fits these relays: chunks that an artifact sized, and that are too large for them, are cut as if there were none.
 * @throws PylonError `event-too-large` for a size that was asked for
 */
export function fittingConfig(
  session: Pick<Session, 'messageBytesMax'>,
  config: RunConfig,
  options: RunOptions,
): RunConfig {
  const own = { ...config, chunk_size: defaultChunkBytes(options, config.model) };
  const isSized = options.chunk_size === undefined && config.compiled_id !== undefined;
  if (isSized && config.chunk_size > own.chunk_size && !chunkFits(session, config))
    return fittingConfig(session, own, options);
  checkChunkFits(session, config);
  return config;
}

function chunkFits(
  session: Pick<Session, 'messageBytesMax'>,
  { chunk_size: chunkBytes, verification }: RunConfig,
): boolean {
  const answerChars = parseVerification(verification).kind === 'validated' ? OUTPUT_CHARS_JUDGED : 0;
  return sealedChars(chunkBytes + answerChars + JOB_ENVELOPE_BYTES) + FRAME_BYTES <= session.messageBytesMax();
}

/** Refuses a chunk that the relays would refuse, also beside its answer where a validator judges that. @throws PylonError `event-too-large` */
export function checkChunkFits(session: Pick<Session, 'messageBytesMax'>, config: RunConfig): void {
  if (chunkFits(session, config)) return;
  const { chunk_size: chunkBytes } = config;
  const reason = `a chunk of ${chunkBytes} bytes makes a larger message than the ${session.messageBytesMax()} bytes the relays take`;
  throw new PylonError('event-too-large', { value: `--chunk-size ${chunkBytes}`, reason });
}
