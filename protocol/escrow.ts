// What is said about money in escrow (docs/protocol.md): the provider's hold invoice for one job, and the preimage that the
// customer reveals once the answer was verified. Sealed kind 7000 events; an invoice is only carried here.
import { z } from 'zod';
import { PylonError } from './errors.ts';
import { type EventTemplate, type NostrEvent, sha256Hex, tagValue } from './event.ts';
import { KIND_FEEDBACK } from './kinds.ts';
import { INVOICE_CHARS_MAX } from './limits.ts';

/** Our own word in a `status` tag: this feedback goes from customer to provider. */
export const ESCROW_REVEAL_STATUS = 'escrow-reveal';

/** Longest body: the invoice and its frame. */
const BODY_CHARS_MAX = INVOICE_CHARS_MAX + 512;

const demandSchema = z.object({
  v: z.literal(1),
  type: z.literal('escrow'),
  request_id: z.string().length(64),
  invoice: z.string().min(1).max(INVOICE_CHARS_MAX),
});

const revealSchema = z.object({
  v: z.literal(1),
  type: z.literal('escrow-reveal'),
  request_id: z.string().length(64),
  preimage: z.string().regex(/^[0-9a-f]{64}$/),
});

function parseJson(body: string): unknown {
  if (body.length > BODY_CHARS_MAX) return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // not JSON, so no schema takes it and the caller says so
  }
}

/** What a provider answers a job in escrow with, before it is sealed: a hold invoice on the hash that the job names. */
export function encodeEscrowDemand(requestId: string, invoice: string): string {
  return JSON.stringify({ v: 1, type: 'escrow', request_id: requestId, invoice });
}

/** The hold invoice, unread; undefined when the body is something else, or about another request. */
export function parseEscrowDemand(body: string, requestId: string): string | undefined {
  const parsed = demandSchema.safeParse(parseJson(body));
  return parsed.success && parsed.data.request_id === requestId ? parsed.data.invoice : undefined;
}

/** The body that reveals a preimage (hex), before it is sealed. */
export function encodeReveal(requestId: string, preimage: string): string {
  return JSON.stringify({ v: 1, type: ESCROW_REVEAL_STATUS, request_id: requestId, preimage });
}

/** The preimage (hex) of exactly this hash, for exactly this request. @throws PylonError `payment-proof-invalid` */
export function parseReveal(body: string, requestId: string, paymentHash: string): string {
  const parsed = revealSchema.safeParse(parseJson(body));
  const isFor = parsed.success && parsed.data.request_id === requestId;
  if (!isFor || sha256Hex(Buffer.from(parsed.data.preimage, 'hex')) !== paymentHash)
    throw new PylonError('payment-proof-invalid', { value: requestId });
  return parsed.data.preimage;
}

/** @param sealed the body, sealed for the provider. Times in unix seconds */
export function revealEvent(
  sealed: string,
  envelope: {
    readonly provider: string;
    readonly requestId: string;
    readonly createdAt: number;
    readonly expiresAt: number;
  },
): EventTemplate {
  return {
    kind: KIND_FEEDBACK,
    created_at: envelope.createdAt,
    tags: [
      ['p', envelope.provider],
      ['status', ESCROW_REVEAL_STATUS],
      ['e', envelope.requestId],
      ['encrypted'],
      ['expiration', String(envelope.expiresAt)],
    ],
    content: sealed,
  };
}

/** True for an event that reveals a preimage, by its tags. */
export function isReveal(event: NostrEvent): boolean {
  return event.kind === KIND_FEEDBACK && tagValue(event, 'status') === ESCROW_REVEAL_STATUS;
}
