// A provider's announcement: NIP-89 handler information (kind 31990) with what a conductor must
// know to choose: models, price, limits. Replaceable per author and `d`, void at its expiration.
import { z } from 'zod';
import { type EventTemplate, expirationOf, tagValue, type VerifiedEvent } from './event.ts';
import { KIND_CHUNK_REQUEST, KIND_HANDLER } from './kinds.ts';
import { ANNOUNCEMENT_SECONDS, FANOUT_MAX, SEALED_PLAINTEXT_BYTES_MAX } from './limits.ts';
import { type Msat, msat } from './money.ts';
import { EXTRACTOR } from './signature.ts';
import { NETWORKS } from './wallet/network.ts';

/** The `d` tag that makes an announcement ours: of a provider, or of a validator. */
export const HANDLER_ID = 'pylon-rlm';
export const VALIDATOR_HANDLER_ID = 'pylon-validator';
export type HandlerId = typeof HANDLER_ID | typeof VALIDATOR_HANDLER_ID;
const CONTENT_CHARS_MAX = 16_384;

const announcementSchema = z.object({
  v: z.literal(1),
  name: z.string().max(128),
  models: z.array(z.string().max(256)).min(1).max(64),
  /** Ids of the signatures that it serves; absent in announcements of before there was another than the Extractor. */
  signatures: z.array(z.string().max(128)).max(32).optional(),
  /** Price of one job: base + per started 1,000 characters of chunk. */
  base_msat: z.number().int().min(0).max(1e12),
  msat_per_1k_chars: z.number().int().min(0).max(1e12),
  /** Largest sealed plaintext it opens. */
  max_input_bytes: z.number().int().min(1).max(SEALED_PLAINTEXT_BYTES_MAX),
  concurrency: z.number().int().min(1).max(FANOUT_MAX),
  /** What a customer may owe before it has paid anything; 0 is prepayment, absent where nothing is claimed. */
  credit_msat: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  /** Of the provider's wallet, absent without one: on another one it cannot be paid. */
  network: z.enum(NETWORKS).optional(),
  /** Works for money that waits in a hold invoice on the customer's hash, and comes back where the work is not accepted. */
  escrow: z.boolean().optional(),
  /** Hex key of the one who runs it, where that is another key. */
  operator: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});

export type Announcement = z.infer<typeof announcementSchema>;

/** What the conductor knows of one provider. `provider` is its hex public key. */
export interface Offer extends Announcement {
  readonly provider: string;
  /** Unix seconds; from then on the offer is void. */
  readonly expiresAt: number;
}

/** @param nowSeconds unix time the event is signed at */
export function encodeAnnouncement(
  announcement: Announcement,
  nowSeconds: number,
  handlerId: HandlerId = HANDLER_ID,
): EventTemplate {
  return {
    kind: KIND_HANDLER,
    created_at: nowSeconds,
    tags: [
      ['d', handlerId],
      ['k', String(KIND_CHUNK_REQUEST)],
      ['expiration', String(nowSeconds + ANNOUNCEMENT_SECONDS)],
      ['alt', `Pylon ${handlerId === HANDLER_ID ? 'provider' : 'validator'}: ${announcement.name}`],
    ],
    content: JSON.stringify(announcement),
  };
}

function readContent(event: VerifiedEvent): unknown {
  if (event.content.length > CONTENT_CHARS_MAX) return undefined;
  try {
    return JSON.parse(event.content);
  } catch {
    return undefined; // not JSON, so not one of ours: the caller treats it as no offer
  }
}

/** The offer in an announcement, or undefined when it is not one of ours, malformed or void at `nowSeconds`. */
export function parseAnnouncement(
  event: VerifiedEvent,
  nowSeconds: number,
  handlerId: HandlerId = HANDLER_ID,
): Offer | undefined {
  if (event.kind !== KIND_HANDLER || tagValue(event, 'd') !== handlerId) return undefined;
  const expiresAt = expirationOf(event);
  if (expiresAt === undefined || expiresAt <= nowSeconds) return undefined;
  const parsed = announcementSchema.safeParse(readContent(event));
  return parsed.success ? { ...parsed.data, provider: event.pubkey, expiresAt } : undefined;
}

/** True when the provider says that it answers questions of this signature. */
export function serves({ signatures }: Pick<Announcement, 'signatures'>, signatureId: string): boolean {
  return signatures?.includes(signatureId) ?? signatureId === EXTRACTOR.signatureId;
}

/** How a provider that is asked is told of in the trace: its name, and the model it named first. */
export function announcedBy(offer: Announcement): { readonly model?: string; readonly name?: string } {
  const [model] = offer.models;
  return { ...(model === undefined ? {} : { model }), ...(offer.name === '' ? {} : { name: offer.name }) };
}

/** What a job with a chunk of this many characters costs at this price. */
export function priceOf(price: Pick<Announcement, 'base_msat' | 'msat_per_1k_chars'>, chars: number): Msat {
  return msat(price.base_msat + price.msat_per_1k_chars * Math.ceil(chars / 1_000));
}

/**
 * Whose provider it is: those of one cluster never check each other. It is what the provider says of itself, so it only ever brings two
 * together; that strangers are independent is for credibility to find out.
 */
export function clusterOf(offer: Pick<Offer, 'provider' | 'operator'>): string {
  return offer.operator ?? offer.provider;
}
