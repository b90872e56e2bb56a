// TraceEvents: everything that happens in a run, in order. `seq` counts from 0 without gaps; a run's
// state is the fold of its events (fold.ts) and nothing else.
import { z } from 'zod';
import { annotationShape } from './annotation.ts';
import { attestationSchema } from './attestation.ts';
import { CANARY_ARMS } from './dse/canary.ts';
import { CHUNKS_MAX, RLM_TRACE_PARTS_MAX } from './limits.ts';
import { LIMIT_NAMES, predictUsageSchema } from './predict-budgets.ts';
import { readSpanSchema } from './receipt.ts';
import { inputFileSchema, runConfigSchema, runErrorSchema } from './run.ts';
import { usageSchema } from './signature.ts';
import { spanRefSchema } from './span-schema.ts';

export const TRACE_VERSION = 1;

const count = z.number().int().min(0);
const chunkIndex = count.max(CHUNKS_MAX - 1);
const milliseconds = z.number().min(0);
const text = z.string().max(8_192);
const id = z.string().max(128);
/** Of one chunk: a panel has nine voices at most. */
const queryIds = z.array(id).max(16);
const hash = z.string().regex(/^[0-9a-f]{64}$/);

function traceEvent<Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) {
  return z.object({
    v: z.literal(TRACE_VERSION),
    type: z.literal(type),
    run_id: id,
    seq: count,
    timestamp_ms: z.number().int(),
    ...shape,
  });
}

export const traceEventSchema = z.discriminatedUnion('type', [
  traceEvent('RunInit', {
    query: z.string(),
    config: runConfigSchema,
    inputs: z.array(inputFileSchema),
    git_sha: z.string().nullable(),
    dataset: z.string().nullable(),
    experiment: z.string().nullable(),
  }),
  /** One fragment of the input was cut; `same_as` names the earlier fragment with the same bytes. */
  traceEvent('EnvLoadFragment', {
    chunk: chunkIndex,
    span: spanRefSchema,
    same_as: chunkIndex.optional(),
    /** Which fan-out of the run cut it, from the second on: its bytes may be those of earlier chunks, asked another question. */
    pass: count.min(1).optional(),
  }),
  /** The whole input was read once; the sha256 is over the names and sha256s of its files (conductor/cut/survey.ts). */
  traceEvent('EnvSurvey', { input_hash: hash }),
  /** Which fragments will be asked. */
  traceEvent('EnvSelectFragments', {
    selected: count,
    given: count,
    bytes_given: count,
    bytes_selected: count,
    method: text,
  }),
  /** An exploration puts a question of its own to parts of the input; the chunks that follow are cut for it. */
  traceEvent('EnvFanOut', {
    /** As in EnvLoadFragment, and 0 for the first. */
    pass: count,
    question: text,
    /** What its chunks are asked by. */
    signature: id,
    /** Number of its first chunk. */
    first_chunk: chunkIndex,
    chunk_bytes: count,
    /** Bytes of the input that it is put to. */
    bytes_given: count,
    /** Equal for fan-outs that ask the same of the same bytes, cut the same way. */
    key: hash,
  }),
  /** Bytes of the input that were put before a model as they are, and not cut into chunks. */
  traceEvent('EnvShow', { span: spanRefSchema }),
  traceEvent('SubQuerySubmit', {
    query_id: id,
    chunk: chunkIndex,
    attempt: count,
    provider: id,
    venue: z.enum(['Local', 'Swarm', 'Cloud']),
    price_msat: count,
    /** The model and the name that the provider announced; absent where it announced nothing, and in older traces. */
    model: z.string().max(256).optional(),
    name: id.optional(),
    /** Its answer is known to us: it is asked to see whether the provider tells it. */
    canary: z.literal(true).optional(),
  }),
  /** The provider showed that it works on it, or the local backend began. */
  traceEvent('SubQueryExecute', { query_id: id }),
  traceEvent('SubQueryReturn', {
    query_id: id,
    ok: z.boolean(),
    latency_ms: milliseconds,
    findings: count,
    quotes_dropped: count,
    usage: usageSchema,
    /** Id of the 5940 event, where the query went over the wire. */
    request_id: hash.optional(),
    /** Hash of the whole output; the blob store holds it under this name. */
    output_hash: hash.optional(),
    /** What the answerer says made it. */
    model: text.optional(),
    preview: text,
    error: runErrorSchema.optional(),
  }),
  traceEvent('SubQueryTimeout', {
    query_id: id,
    after_ms: milliseconds,
    reason: z.enum(['no-sign-of-life', 'timeout']),
    /** What the local backend had spent by then. */
    usage: usageSchema.optional(),
  }),
  /** Withdrawn; or, after a timeout or a cancel, the provider's last word on what the job had cost. */
  traceEvent('SubQueryCancel', { query_id: id, reason: text, usage: usageSchema.optional() }),
  traceEvent('SubQueryHedge', { query_id: id, of: id }),
  /** `query_id`: whose output it was. */
  traceEvent('VerifyObjective', { chunk: chunkIndex, verdict: text, query_id: id.optional(), reason: text.optional() }),
  /**
   * `n` of `m` answers say the same (agreement = n / m), by their query ids. The verdict is `accepted`, `local` (our own answer decided),
   * `undecided`, or, of a canary, `canary`.
   */
  traceEvent('VerifyRedundant', {
    chunk: chunkIndex,
    agreement: z.number(),
    n: count,
    m: count,
    verdict: text,
    agreeing: queryIds.optional(),
    dissenting: queryIds.optional(),
    /** Of records, which are compared line by line: lines that somebody told, and those of them on which too few agree. */
    lines: count.optional(),
    lines_dropped: count.optional(),
  }),
  /**
   * In a tier that checks answers: this one counts from now on as the chunk's. Of records that several answers were put together to, it is
   * the closest of them, and the payload `output_hash` is what counts.
   */
  traceEvent('VerifyAccept', { chunk: chunkIndex, query_id: id, output_hash: hash.optional() }),
  /** What was accepted does not count any more, because who answered was caught: the chunk is asked again. */
  traceEvent('VerifyReopen', { chunk: chunkIndex, reason: text }),
  /** `confirmed` or `refuted`, with the attestation that says so, or `unavailable`, with the reason; and what the validator spent. */
  traceEvent('VerifyValidated', {
    chunk: chunkIndex,
    validator: id,
    verdict: text,
    query_id: id.optional(),
    attestation: attestationSchema.optional(),
    usage: usageSchema.optional(),
    reason: text.optional(),
  }),
  traceEvent('BudgetReserve', { query_id: id, amount_msat: count }),
  /** What is owed; `fee_reserve_msat` of the hold stays set aside for routing its payment. */
  traceEvent('BudgetSettle', { query_id: id, provider: id, amount_msat: count, fee_reserve_msat: count.optional() }),
  traceEvent('BudgetRelease', { query_id: id, amount_msat: count, reason: text }),
  /**
   * What is owed to a provider is on its way; `run_msat` of it for this run, the rest for earlier ones. With `query_id` it is the
   * price of just this query, before its answer: in escrow it waits to be settled, prepaid it is gone.
   */
  traceEvent('PayoutStart', {
    payout_id: id,
    provider: id,
    amount_msat: count,
    run_msat: count.optional(),
    query_id: id.optional(),
  }),
  traceEvent('PayoutSettle', { payout_id: id, preimage: hash, fees_msat: count.optional() }),
  /** The wallet has not told: it is looked up until it does, and never paid again. */
  traceEvent('PayoutUnknown', { payout_id: id, reason: text }),
  /** Nothing was paid; what was owed is owed as before, what waited in escrow is back. */
  traceEvent('PayoutFailed', { payout_id: id, reason: text }),
  /** The chunk is asked of the local backend, with its text. */
  traceEvent('FallbackLocal', { chunk: chunkIndex, reason: text }),
  traceEvent('Predict', {
    signature: id,
    strategy: id,
    model: text,
    latency_ms: milliseconds,
    usage: usageSchema,
    repairs: count,
    error: runErrorSchema.optional(),
    /** Its receipt (receipt.ts), and the payload that holds it. Traces of before there were receipts lack these. */
    receipt_id: id.optional(),
    receipt_hash: hash.optional(),
    /** The payload with its exploration (`openagents.dse.rlm_trace`). */
    trace_hash: hash.optional(),
    /** Payloads that the exploration names, where it is too large for one. */
    trace_parts: z.array(hash).max(RLM_TRACE_PARTS_MAX).optional(),
    /** The artifact whose parameters were used; absent for the signature's own. */
    compiled_id: id.optional(),
    /** The canary that counts it, and as which of its arms. */
    canary_id: id.optional(),
    canary_arm: z.enum(CANARY_ARMS).optional(),
    /** Limits of the prediction that stopped something. */
    limits_hit: z.array(z.enum(LIMIT_NAMES)).optional(),
  }),
  /** One step of an exploration: what the controller did, and how much it saw. Older traces have the first three fields only. */
  traceEvent('RlmIteration', {
    iteration: count,
    action: text,
    observation_chars: count,
    /** Receipt of the prediction that explores. */
    receipt_id: id.optional(),
    /** 0 for the run's own exploration, 1 for one that it started, and so on. */
    depth: count.max(16).optional(),
    /** The action's arguments in a few words. */
    detail: text.optional(),
    /** What it read of the input, as far as it can be listed. */
    spans: z.array(readSpanSchema).max(16).optional(),
    /** Bytes of the input that it went through, shown or not. */
    bytes_scanned: count.optional(),
    /** Bytes of the input that searches have gone through since the run began, each counted once. */
    bytes_searched: count.optional(),
    /** Leaves that it asked. */
    sub_calls: count.optional(),
    new_evidence: z.boolean().optional(),
    /** Repairs that the action took. */
    repairs: count.optional(),
    /** All that the prediction has used since it began. */
    used: predictUsageSchema.optional(),
    /** The payload that says what the controller wrote and what models and tools told it: a resumed run does not ask again. */
    step_hash: hash.optional(),
    latency_ms: milliseconds.optional(),
    error: runErrorSchema.optional(),
  }),
  traceEvent('Aggregate', { evidence: count, citations: count, unsupported: count }),
  traceEvent('RunDone', {
    status: z.enum(['done', 'partial']),
    output: z.string(),
    span_refs: z.array(spanRefSchema),
    error: runErrorSchema.optional(),
  }),
  traceEvent('RunFailed', { error: runErrorSchema }),
  /** Follows only an end by interruption: the run goes on, for the `times`-th time. */
  traceEvent('RunResume', { times: count.min(1) }),
  /** Follows only the end of a run, or another one: what people say of it since. */
  traceEvent('RunAnnotate', annotationShape),
]);

export type TraceEvent = z.infer<typeof traceEventSchema>;

type WithoutHeader<Event> = Event extends TraceEvent ? Omit<Event, 'v' | 'run_id' | 'seq' | 'timestamp_ms'> : never;

/** What a step says; the emitter adds version, run, sequence and time. */
export type TraceFact = WithoutHeader<TraceEvent>;

/** A step of a payout. */
export type PayoutFact = Extract<TraceFact, { type: `Payout${string}` }>;

/** What moves a run's money. */
export type MoneyFact = PayoutFact | Extract<TraceFact, { type: `Budget${string}` }>;
