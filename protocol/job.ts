// The RLM chunk job, version 1 (docs/protocol.md): what is said in a 5940 request, a 6940 result and a cancel; what a provider says
// meanwhile is feedback.ts. Here are the plain bodies and tags; sealing and signing are KeyPair's.
import { z } from 'zod';
import { PylonError } from './errors.ts';
import { type EventTemplate, type NostrEvent, tagValue } from './event.ts';
import { KIND_CHUNK_REQUEST, KIND_CHUNK_RESULT, KIND_DELETION } from './kinds.ts';
import {
  CHUNKS_MAX,
  JUDGED_ANSWER_CHARS_MAX,
  OUTPUT_CHARS_MAX,
  QUERY_CHARS_MAX,
  RECORD_FIELDS_CHARS_MAX,
  SEALED_PLAINTEXT_BYTES_MAX,
} from './limits.ts';
import { type Msat, msat } from './money.ts';
import { type Usage, usageSchema } from './signature.ts';

/** One chunk asked of one provider. `text` and `query` are the payload; the rest says what to do with it. */
export interface JobRequest {
  readonly job: string;
  readonly chunk: number;
  readonly attempt: number;
  /** 32 hex digits, fresh for every replica; comes back in the result. */
  readonly nonce: string;
  /** Signature id, e.g. `@pylon/rlm/Extractor.v1`. */
  readonly signature: string;
  readonly text: string;
  readonly query: string;
  /** Lines and hash of the chunk, as JSON; no path: a file name is nobody's business. */
  readonly span: string;
  /** Search plan and context as JSON (conductor/search/plan.ts). */
  readonly terms?: string;
  readonly context?: string;
  readonly maxOutputChars: number;
  /** Model wanted; any when absent. */
  readonly model?: string;
  /** For a validator: the answer to judge, as JSON (attestation.ts). */
  readonly answer?: string;
  /** For records: the fields that are wanted of each, as JSON (records.ts). */
  readonly fields?: string;
  /** Payment hash (hex) on which the price is to wait until the answer was verified; absent where it is owed. */
  readonly escrow?: string;
}

/** What travels outside the seal. */
export interface JobEnvelope {
  readonly provider: string;
  readonly bidMsat: Msat;
  readonly relays: readonly string[];
  /** Unix seconds. */
  readonly createdAt: number;
  readonly expiresAt: number;
}

const PARAMS = {
  job: 'job',
  chunk: 'chunk',
  attempt: 'attempt',
  nonce: 'nonce',
  signature: 'signature',
  span: 'span',
} as const;

/** The sealed body: a JSON tag list (NIP-90, encrypted params). */
export function encodeJobBody(request: JobRequest): string {
  const tags: string[][] = [
    ['i', request.text, 'text', '', 'chunk'],
    ['i', request.query, 'text', '', 'query'],
    ['param', 'v', '1'],
    ['param', PARAMS.job, request.job],
    ['param', PARAMS.chunk, String(request.chunk)],
    ['param', PARAMS.attempt, String(request.attempt)],
    ['param', PARAMS.nonce, request.nonce],
    ['param', PARAMS.signature, request.signature],
    ['param', PARAMS.span, request.span],
    ['param', 'max_output_chars', String(request.maxOutputChars)],
  ];
  if (request.terms !== undefined) tags.push(['param', 'terms', request.terms]);
  if (request.context !== undefined) tags.push(['param', 'context', request.context]);
  if (request.model !== undefined) tags.push(['param', 'model', request.model]);
  if (request.answer !== undefined) tags.push(['param', 'answer', request.answer]);
  if (request.fields !== undefined) tags.push(['param', 'fields', request.fields]);
  if (request.escrow !== undefined) tags.push(['param', 'escrow', request.escrow]);
  return JSON.stringify(tags);
}

/** The request event around an already sealed body. */
export function encodeJobRequest(sealed: string, envelope: JobEnvelope): EventTemplate {
  return {
    kind: KIND_CHUNK_REQUEST,
    created_at: envelope.createdAt,
    tags: [
      ['p', envelope.provider],
      ['encrypted'],
      ['expiration', String(envelope.expiresAt)],
      ['bid', String(envelope.bidMsat)],
      ['relays', ...envelope.relays],
      ['output', 'application/json'],
      ['alt', 'Pylon RLM chunk job'],
    ],
    content: sealed,
  };
}

const bodySchema = z.array(z.array(z.string()).min(1).max(6)).max(64);

/** A whole number in its one spelling: no sign, no exponent, no white space, not empty. */
function decimal(min: number, max: number) {
  const digits = z.string().regex(/^(0|[1-9]\d{0,8})$/, 'is not a whole number');
  return digits.transform(Number).pipe(z.number().min(min).max(max));
}

const requestSchema = z.object({
  v: z.literal('1'),
  job: z.string().min(1).max(128),
  chunk: decimal(0, CHUNKS_MAX - 1),
  attempt: decimal(0, 1_000),
  nonce: z.string().regex(/^[0-9a-f]{32}$/),
  signature: z.string().max(128),
  span: z.string().max(1_024),
  terms: z.string().max(8_192).optional(),
  context: z.string().max(16_384).optional(),
  max_output_chars: decimal(64, OUTPUT_CHARS_MAX),
  model: z.string().max(256).optional(),
  answer: z.string().max(JUDGED_ANSWER_CHARS_MAX).optional(),
  fields: z.string().max(RECORD_FIELDS_CHARS_MAX).optional(),
  escrow: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  text: z.string().min(1).max(SEALED_PLAINTEXT_BYTES_MAX),
  query: z.string().min(1).max(QUERY_CHARS_MAX),
});

/** Reads JSON that came from the network. @throws PylonError with `code` */
function parseJson(text: string, code: 'job-invalid' | 'result-invalid'): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PylonError(code, { reason: 'the body is not JSON', cause });
  }
}

/** Collects `i` inputs by marker and `param`s by name; the first of each counts. */
function fieldsOf(tags: readonly (readonly string[])[]): Record<string, string> {
  const fields: Record<string, string> = Object.create(null);
  for (const [name, first, second, , marker] of tags) {
    if (name === 'i' && first !== undefined) fields[marker === 'query' ? 'query' : 'text'] ??= first;
    if (name === 'param' && first !== undefined && second !== undefined) fields[first] ??= second;
  }
  return fields;
}

/** @throws PylonError `job-invalid`, naming the field */
export function parseJobBody(body: string): JobRequest {
  const tags = bodySchema.safeParse(parseJson(body, 'job-invalid'));
  if (!tags.success) throw new PylonError('job-invalid', { reason: 'the body is not a list of tags' });
  const parsed = requestSchema.safeParse({ ...fieldsOf(tags.data) });
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new PylonError('job-invalid', {
      value: issue?.path.join('.') ?? '',
      reason: `the job is malformed: ${issue?.message ?? 'unknown'}`,
    });
  }
  const { v: _version, max_output_chars: maxOutputChars, ...rest } = parsed.data;
  return { ...rest, maxOutputChars } as JobRequest;
}

/** The bid of a request (tag `bid`, msat); undefined when absent or nonsense. */
export function bidOf(event: EventTemplate): Msat | undefined {
  const text = tagValue(event, 'bid');
  return text !== undefined && /^\d{1,15}$/.test(text) ? msat(Number(text)) : undefined;
}

/** What a provider says it did; nothing in it is believed before it is bound and grounded. */
export interface JobResult {
  readonly v: 1;
  readonly request_id: string;
  readonly nonce: string;
  readonly provider: string;
  readonly output: unknown;
  /** sha256 of the canonical JSON of `output`. */
  readonly output_hash: string;
  readonly usage: Usage;
  readonly model: string;
}

const resultSchema = z.object({
  v: z.literal(1),
  request_id: z.string().length(64),
  nonce: z.string().length(32),
  provider: z.string().length(64),
  output: z.unknown(),
  output_hash: z.string().length(64),
  usage: usageSchema,
  model: z.string().max(256),
});

/** @throws PylonError `result-invalid` */
export function parseJobResult(body: string): JobResult {
  const parsed = resultSchema.safeParse(parseJson(body, 'result-invalid'));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new PylonError('result-invalid', {
      value: issue?.path.join('.') ?? '',
      reason: `the result is malformed: ${issue?.message ?? 'unknown'}`,
    });
  }
  return parsed.data as JobResult;
}

/** The result event around an already sealed body. */
export function encodeJobResult(
  sealed: string,
  request: NostrEvent,
  amountMsat: Msat,
  createdAt: number,
  expiresAt: number,
): EventTemplate {
  return {
    kind: KIND_CHUNK_RESULT,
    created_at: createdAt,
    tags: [
      ['e', request.id],
      ['p', request.pubkey],
      ['encrypted'],
      ['amount', String(amountMsat)],
      ['expiration', String(expiresAt)],
    ],
    content: sealed,
  };
}

/** NIP-09 deletion request of a job request: the cancel, honoured by both sides. */
export function encodeCancel(requestIds: readonly string[], createdAt: number): EventTemplate {
  return {
    kind: KIND_DELETION,
    created_at: createdAt,
    tags: [...requestIds.map((requestId) => ['e', requestId]), ['k', String(KIND_CHUNK_REQUEST)]],
    content: '',
  };
}
