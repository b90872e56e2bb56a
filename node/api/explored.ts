// Puts an exploration together as a person looks at it: the trace says what was done, the run's events how much was seen and what it cost.
// Of a trace that does not fit the events, each is shown without the other.
import type { z } from 'zod';
import { readAction } from '../../conductor/predict/rlm/read-action.ts';
import { invalid, parseJson, readElsewhere } from '../../conductor/predict/rlm/trace/payloads.ts';
import {
  type citedEvidenceSchema,
  EXPLORED_CHARS_MAX,
  type ExploredQuery,
  type ExploredStep,
  type ExploredView,
} from '../../protocol/dse/explored.ts';
import { PylonError } from '../../protocol/errors.ts';
import { sha256Hex } from '../../protocol/event.ts';
import type { PredictReceipt } from '../../protocol/receipt.ts';
import {
  type Effect,
  type ExplorationOutput,
  elsewhereSchema,
  explorationOutputSchema,
  type RecordedIteration,
  type RlmTrace,
  recordedCompletionSchema,
  recordedIterationsSchema,
  rlmTraceSchema,
} from '../../protocol/rlm-trace.ts';
import type { TraceEvent } from '../../protocol/trace.ts';

/** Of the steps of one trace: far more than a person reads, and little for a process. */
const PART_BYTES_MAX = 33_554_432;
const EVIDENCE_MAX = 64;
const DETAIL_CHARS = 400;

type IterationEvent = Extract<TraceEvent, { type: 'RlmIteration' }>;
type ReadPayload = (hash: string) => Promise<Uint8Array | undefined>;

export interface ExploredSources {
  readonly receipt: PredictReceipt;
  /** Of the receipt's run, from its beginning. */
  readonly events: AsyncIterable<TraceEvent>;
  readonly payload: ReadPayload;
}

/** One page of it. @throws PylonError `payload-unknown` where there is no exploration, or one too large to be shown; `rlm-trace-invalid` */
export async function exploredOf(sources: ExploredSources, { from, limit }: ExploredQuery): Promise<ExploredView> {
  const { receipt, payload } = sources;
  const told = await toldBy(sources);
  const trace = await traceOf(receipt, payload);
  if (trace === undefined && told.length === 0)
    throw new PylonError('payload-unknown', {
      value: receipt.receiptId,
      reason: 'nothing was explored for this receipt',
    });
  const pairs =
    trace === undefined ? told.map((event) => ({ event })) : joined(await iterationsOf(trace, payload), told);
  const end = from + limit;
  const steps: ExploredStep[] = [];
  for (const [index, pair] of pairs.slice(from, end).entries()) steps.push(await stepOf(pair, from + index, payload));
  return {
    receiptId: receipt.receiptId,
    runId: receipt.runId,
    query: trace === undefined ? null : trace.input.query.slice(0, EXPLORED_CHARS_MAX),
    controller: trace?.input.controller ?? null,
    limits: receipt.budgets.limits,
    steps,
    total: pairs.length,
    next_from: end < pairs.length ? end : null,
    final: trace === undefined ? null : await finalOf(trace, payload),
  };
}

async function toldBy({ receipt, events }: ExploredSources): Promise<IterationEvent[]> {
  const told: IterationEvent[] = [];
  for await (const event of events)
    if (event.type === 'RlmIteration' && event.receipt_id === receipt.receiptId) told.push(event);
  return told;
}

async function traceOf({ rlmTrace }: PredictReceipt, payload: ReadPayload): Promise<RlmTrace | undefined> {
  if (rlmTrace === null) return undefined;
  const bytes = await payload(rlmTrace.blobId);
  if (bytes === undefined) throw new PylonError('payload-unknown', { value: rlmTrace.blobId });
  return checked(parseJson(Buffer.from(bytes).toString()), rlmTraceSchema);
}

function checked<Value>(value: unknown, schema: z.ZodType<Value>): Value {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(`something recorded is malformed: ${issue?.path.join('.')} ${issue?.message}`);
}

async function part<Part>(value: unknown, schema: z.ZodType<Part>, payload: ReadPayload): Promise<Part> {
  const elsewhere = elsewhereSchema.safeParse(value);
  if (!elsewhere.success) return checked(value, schema);
  if (elsewhere.data.bytes > PART_BYTES_MAX)
    throw new PylonError('payload-unknown', {
      reason: `the exploration has ${elsewhere.data.bytes} bytes of steps, which is more than is shown`,
      next: 'export the run and read it there',
    });
  return checked(await readElsewhere(elsewhere.data, payload), schema);
}

function iterationsOf(trace: RlmTrace, payload: ReadPayload): Promise<RecordedIteration[]> {
  return part(trace.iterations, recordedIterationsSchema, payload);
}

/** What is known of one step: recorded, told, or both. */
interface Pair {
  readonly iteration?: RecordedIteration | undefined;
  readonly event?: IterationEvent | undefined;
}

/** An event is written when a step ends, a trace lists steps as they begin: deeper ones end before the one that began them. */
function joined(iterations: readonly RecordedIteration[], told: readonly IterationEvent[]): Pair[] {
  const ended: number[] = [];
  const open: number[] = [];
  const close = (depth: number) => {
    while (open.length > 0 && iterations[open.at(-1)!]!.depth >= depth) ended.push(open.pop()!);
  };
  for (const [at, { depth }] of iterations.entries()) {
    close(depth);
    open.push(at);
  }
  close(0);
  const taken = ended.filter((at) => tookPlace(iterations[at]!));
  const explored = told.filter(({ action }) => action !== 'Rank');
  const eventAt = new Map<number, IterationEvent>();
  if (explored.length === taken.length) for (const [index, at] of taken.entries()) eventAt.set(at, explored[index]!);
  const ranked = told.filter(({ action }) => action === 'Rank').map((event) => ({ event }));
  return [...ranked, ...iterations.map((iteration, at) => ({ iteration, event: eventAt.get(at) }))];
}

/** What was stopped before its controller was asked is in the trace, and no event tells of it. */
function tookPlace({ stop, budget }: RecordedIteration): boolean {
  const [first] = budget;
  return stop === undefined && !(first?.kind === 'maxRlmIterations' && first.error !== undefined);
}

async function stepOf({ iteration, event }: Pair, at: number, payload: ReadPayload): Promise<ExploredStep> {
  const written = iteration === undefined ? undefined : await writtenIn(iteration.effects, payload);
  const stop = iteration?.stop;
  return {
    at,
    depth: iteration?.depth ?? event?.depth ?? 0,
    action: stop === undefined ? (event?.action ?? actionIn(written)) : 'stopped',
    detail: event?.detail?.slice(0, DETAIL_CHARS) ?? null,
    written: written?.slice(0, EXPLORED_CHARS_MAX) ?? null,
    writtenLeft: Math.max(0, (written?.length ?? 0) - EXPLORED_CHARS_MAX),
    observationChars: event?.observation_chars ?? null,
    spans: event?.spans ?? [],
    bytesScanned: event?.bytes_scanned ?? null,
    subCalls: event?.sub_calls ?? null,
    newEvidence: event?.new_evidence ?? null,
    repairs: event?.repairs ?? null,
    latencyMs: event?.latency_ms ?? null,
    effects: iteration?.effects.map(effectOf) ?? [],
    used: iteration?.used ?? event?.used ?? null,
    error: event?.error ?? (stop === undefined ? null : { code: stop.code, message: stop.reason }),
  };
}

function effectOf({ kind, result, elsewhere, error }: Effect): ExploredStep['effects'][number] {
  const bytes = elsewhere?.bytes ?? (result === undefined ? 0 : Buffer.byteLength(JSON.stringify(result)));
  return { kind, bytes, errorCode: error?.code ?? null };
}

function actionIn(written: string | undefined): string {
  const read = written === undefined ? undefined : readAction(written);
  return read !== undefined && 'output' in read ? read.output.action : 'none';
}

/** The last thing that the controller wrote in a step: what comes before it was repaired. */
async function writtenIn(effects: readonly Effect[], payload: ReadPayload): Promise<string | undefined> {
  const completion = effects.findLast(({ kind, error }) => kind === 'controller' && error === undefined);
  if (completion === undefined) return undefined;
  return (await part(completion.elsewhere ?? completion.result, recordedCompletionSchema, payload)).text;
}

async function finalOf({ final }: RlmTrace, payload: ReadPayload): Promise<ExploredView['final']> {
  const { answer, evidence } = await part(final.output, explorationOutputSchema, payload);
  return {
    answer: answer.slice(0, EXPLORED_CHARS_MAX),
    answerLeft: Math.max(0, answer.length - EXPLORED_CHARS_MAX),
    evidence: evidence.slice(0, EVIDENCE_MAX).map(cited),
    evidenceLeft: Math.max(0, evidence.length - EVIDENCE_MAX),
    outputHash: final.output_hash,
    error: final.error ?? null,
  };
}

function cited(evidence: ExplorationOutput['evidence'][number]): z.infer<typeof citedEvidenceSchema> {
  const { quote, start_byte, end_byte } = evidence;
  const isWhole = Buffer.byteLength(quote) === end_byte - start_byte;
  return { ...evidence, quote: quote.slice(0, EXPLORED_CHARS_MAX), content_hash: isWhole ? sha256Hex(quote) : null };
}
