// How a customer asks a provider for an invoice, and how a provider asks a customer for money (docs/protocol.md): sealed
// kind 7000 events, and what stands inside their seals. An invoice is only carried here; invoice.ts reads it.
import { z } from 'zod';
import { PylonError } from './errors.ts';
import { type EventTemplate, type NostrEvent, tagValue } from './event.ts';
import { KIND_FEEDBACK } from './kinds.ts';
import { INVOICE_CHARS_MAX, INVOICE_JOBS_MAX, SEALED_PLAINTEXT_BYTES_64K } from './limits.ts';
import { type Msat, msat } from './money.ts';

/** Our own word in a `status` tag: this feedback goes the other way, from customer to provider. */
export const INVOICE_REQUEST_STATUS = 'invoice-request';

/** Ten bitcoin: more is a mistake. */
const AMOUNT_MSAT_MAX = 1e12;
/** An invoice holds long enough to be paid at all, and at most a day. */
const EXPIRY_SECONDS_MIN = 10;
const EXPIRY_SECONDS_MAX = 86_400;
/** Ids of payouts and jobs in one spelling: visible ASCII, so that they can stand in a key or a log line as they are. */
const VISIBLE = /^[\x21-\x7e]+$/;
const VISIBLE_WORDS = 'is not visible ASCII';

const amount = z.number().int().min(1).max(AMOUNT_MSAT_MAX);

const requestSchema = z.object({
  v: z.literal(1),
  type: z.literal('invoice-request'),
  id: z.string().min(1).max(64).regex(VISIBLE, VISIBLE_WORDS),
  amount_msat: amount,
  expiry_s: z.number().int().min(EXPIRY_SECONDS_MIN).max(EXPIRY_SECONDS_MAX),
  jobs: z
    .array(
      z.object({
        job: z.string().min(1).max(128).regex(VISIBLE, VISIBLE_WORDS),
        amount_msat: amount,
        final: z.boolean(),
      }),
    )
    .min(1)
    .max(INVOICE_JOBS_MAX),
});

/** What is paid for one job, which is a run, or the request itself for jobs that name none. */
export interface InvoiceLine {
  readonly job: string;
  readonly amountMsat: Msat;
  /** Nothing more will be paid for this job. */
  readonly final: boolean;
}

export interface InvoiceRequest {
  /** The customer's id of the payout: the same one asks for the same invoice. At most 64 visible ASCII characters. */
  readonly id: string;
  /** Sum of the lines. */
  readonly amountMsat: Msat;
  /** How long the invoice is to hold, 10 to 86,400 s. */
  readonly expirySeconds: number;
  /** At most INVOICE_JOBS_MAX, each job once. */
  readonly lines: readonly InvoiceLine[];
}

function invalid(reason: string, value?: string): PylonError {
  return new PylonError('invoice-request-invalid', { reason, ...(value === undefined ? {} : { value }) });
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // not JSON, so no schema takes it and the caller says so
  }
}

/** True for a job id that may stand in an invoice request as it is. */
export function isJobId(job: string): boolean {
  return job.length <= 128 && VISIBLE.test(job);
}

/** The body of a request, before it is sealed. @throws PylonError `invoice-request-invalid` */
export function encodeInvoiceRequest({ id, amountMsat, expirySeconds, lines }: InvoiceRequest): string {
  const jobs = lines.map(({ job, amountMsat, final }) => ({ job, amount_msat: amountMsat, final }));
  const request = { v: 1, type: 'invoice-request', id, amount_msat: amountMsat, expiry_s: expirySeconds, jobs };
  const body = JSON.stringify(request);
  parseInvoiceRequest(body);
  return body;
}

/** @throws PylonError `invoice-request-invalid`, naming the field */
export function parseInvoiceRequest(body: string): InvoiceRequest {
  if (body.length > SEALED_PLAINTEXT_BYTES_64K) throw invalid('the request is too long');
  const parsed = requestSchema.safeParse(parseJson(body));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalid(`the request is malformed: ${issue?.message ?? 'unknown'}`, issue?.path.join('.') ?? '');
  }
  const { id, amount_msat, expiry_s: expirySeconds, jobs } = parsed.data;
  if (new Set(jobs.map(({ job }) => job)).size !== jobs.length) throw invalid('a job stands there twice', 'jobs');
  const sum = jobs.reduce((total, { amount_msat }) => total + amount_msat, 0);
  if (sum !== amount_msat) throw invalid(`the jobs sum to ${sum} msat, not ${amount_msat}`, 'amount_msat');
  const lines = jobs.map(({ job, amount_msat, final }) => ({ job, amountMsat: msat(amount_msat), final }));
  return { id, amountMsat: msat(amount_msat), expirySeconds, lines };
}

/** @param sealed the body, sealed for the provider. Times in unix seconds */
export function invoiceRequestEvent(
  sealed: string,
  envelope: { readonly provider: string; readonly createdAt: number; readonly expiresAt: number },
): EventTemplate {
  return {
    kind: KIND_FEEDBACK,
    created_at: envelope.createdAt,
    tags: [
      ['p', envelope.provider],
      ['status', INVOICE_REQUEST_STATUS],
      ['encrypted'],
      ['expiration', String(envelope.expiresAt)],
    ],
    content: sealed,
  };
}

/** True for an event that asks for an invoice, by its tags. */
export function isInvoiceRequest(event: NostrEvent): boolean {
  return event.kind === KIND_FEEDBACK && tagValue(event, 'status') === INVOICE_REQUEST_STATUS;
}

const answerSchema = z.object({
  v: z.literal(1),
  type: z.literal('invoice'),
  id: z.string().max(64),
  invoice: z.string().min(1).max(INVOICE_CHARS_MAX),
});
/** Longest answer: the invoice and its frame. */
const ANSWER_CHARS_MAX = INVOICE_CHARS_MAX + 512;

/** The body of an answer, before it is sealed. */
export function encodeInvoiceAnswer(id: string, invoice: string): string {
  return JSON.stringify({ v: 1, type: 'invoice', id, invoice });
}

/** The invoice, unread. @param id of the request it must answer. @throws PylonError `invoice-invalid` */
export function parseInvoiceAnswer(body: string, id: string): string {
  const parsed = body.length > ANSWER_CHARS_MAX ? undefined : answerSchema.safeParse(parseJson(body));
  if (parsed?.success !== true) throw new PylonError('invoice-invalid', { reason: 'the answer holds no invoice' });
  if (parsed.data.id !== id)
    throw new PylonError('invoice-invalid', { value: parsed.data.id, reason: 'the invoice is for another payout' });
  return parsed.data.invoice;
}

/** What a provider wants before it works on. */
export interface PaymentDemand {
  readonly amountMsat: Msat;
  /** BOLT11, unread; absent where the provider has no wallet at hand. */
  readonly invoice?: string;
}

const demandSchema = z.object({
  v: z.literal(1),
  type: z.literal('payment-required'),
  request_id: z.string().length(64),
  amount_msat: amount,
  invoice: z.string().min(1).max(INVOICE_CHARS_MAX).optional(),
});

/** What a sealed job is answered with: its debt is nobody else's business. */
export function encodeDemand(requestId: string, { amountMsat, invoice }: PaymentDemand): string {
  const told = { v: 1, type: 'payment-required', request_id: requestId, amount_msat: amountMsat };
  return JSON.stringify(invoice === undefined ? told : { ...told, invoice });
}

/** The demand inside a seal, or undefined when there is none for this request. */
export function parseDemand(body: string, requestId: string): PaymentDemand | undefined {
  const parsed = body.length > ANSWER_CHARS_MAX ? undefined : demandSchema.safeParse(parseJson(body));
  if (parsed?.success !== true || parsed.data.request_id !== requestId) return undefined;
  const { amount_msat, invoice } = parsed.data;
  return { amountMsat: msat(amount_msat), ...(invoice === undefined ? {} : { invoice }) };
}

/** NIP-90: what an open job is answered with. */
export function demandTag({ amountMsat, invoice }: PaymentDemand): string[] {
  return ['amount', String(amountMsat), ...(invoice === undefined ? [] : [invoice])];
}

/** The demand in an open feedback, or undefined when there is none. */
export function demandInTags(event: Pick<EventTemplate, 'tags'>): PaymentDemand | undefined {
  const [, text = '', invoice = ''] = event.tags.find(([name]) => name === 'amount') ?? [];
  if (!/^[1-9]\d{0,12}$/.test(text) || Number(text) > AMOUNT_MSAT_MAX || invoice.length > INVOICE_CHARS_MAX)
    return undefined;
  return { amountMsat: msat(Number(text)), ...(invoice === '' ? {} : { invoice }) };
}
