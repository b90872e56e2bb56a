// HTTP requests signed by a Nostr key (NIP-98): an event of kind 27235 in the Authorization header that names the address, the
// method and the sha256 of the body. Pure: whether an event was seen before is for the server to know (node/sync/admission.ts).
import { PylonError } from './errors.ts';
import {
  type EventTemplate,
  isHex,
  type NostrEvent,
  structuralFault,
  tagValue,
  type VerifiedEvent,
  verifyEvent,
} from './event.ts';
import type { KeyPair } from './keypair.ts';
import { KIND_HTTP_AUTH } from './kinds.ts';

/** How far the two clocks may be apart (NIP-98 suggests it): an event is worth nothing any more after this. */
export const HTTP_AUTH_SECONDS = 60;
/** Four short tags and a nonce take some six hundred characters; what is longer is not decoded. */
const HEADER_CHARS_MAX = 4_096;
const SCHEME = 'Nostr ';
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

export interface SignedRequest {
  /** Absolute, with its query: both sides must write it alike, letter by letter. */
  readonly url: string;
  readonly method: string;
  /** Of the body, lowercase hex; of no bytes where there is none. */
  readonly payloadHash: string;
}

/** What of a request is known before its body has come. */
export type AnnouncedRequest = Omit<SignedRequest, 'payloadHash'>;

/**
 * The value of the Authorization header.
 * @param nonce makes two requests of the same second different events: a server remembers each id
 * @param nowSeconds unix time
 */
export function signRequest(keys: KeyPair, request: SignedRequest, nonce: string, nowSeconds: number): string {
  const { url, method, payloadHash } = request;
  const tags = [
    ['u', url],
    ['method', method],
    ['payload', payloadHash],
    ['nonce', nonce],
  ];
  const template: EventTemplate = { kind: KIND_HTTP_AUTH, created_at: nowSeconds, tags, content: '' };
  return SCHEME + Buffer.from(JSON.stringify(keys.sign(template))).toString('base64');
}

function refused(reason: string): PylonError {
  return new PylonError('signature-refused', { reason });
}

function decode(header: string | undefined): NostrEvent {
  if (header?.startsWith(SCHEME) !== true) throw refused('the request carries no `Authorization: Nostr …` (NIP-98)');
  const text = header.slice(SCHEME.length);
  if (header.length > HEADER_CHARS_MAX || !BASE64.test(text))
    throw refused('the authorization is not base64 of an event');
  let event: unknown;
  try {
    event = JSON.parse(Buffer.from(text, 'base64').toString());
  } catch {
    throw refused('the authorization is not an event'); // what it is instead is a stranger's text
  }
  const fault = structuralFault(event);
  if (fault !== undefined) throw refused(`the authorization is not an event: ${fault}`);
  return event as NostrEvent;
}

/**
 * Whose request it is, by everything that can be told before its body is there.
 * @param isKnown whether a key is let in at all: asked before the signature is looked at, which costs far more
 * @returns the verified event, whose `payload` tag the body must have as its hash (`checkPayload`)
 * @throws PylonError `signature-refused` | `key-refused`
 */
export function checkRequest(
  header: string | undefined,
  { url, method }: AnnouncedRequest,
  nowSeconds: number,
  isKnown: (publicKey: string) => boolean,
): VerifiedEvent {
  const event = decode(header);
  if (event.kind !== KIND_HTTP_AUTH) throw refused(`the event has kind ${event.kind}, not ${KIND_HTTP_AUTH}`);
  if (Math.abs(nowSeconds - event.created_at) > HTTP_AUTH_SECONDS)
    throw refused(`the event is more than ${HTTP_AUTH_SECONDS} seconds away from the time here: compare the clocks`);
  for (const [name, wanted] of [
    ['u', url],
    ['method', method],
  ] as const)
    if (onlyValue(event, name) !== wanted) throw refused(`the event is for another ${name === 'u' ? 'address' : name}`);
  if (!isHex(onlyValue(event, 'payload'), 64)) throw refused('the event does not name the sha256 of the body');
  if (!isKnown(event.pubkey)) throw new PylonError('key-refused', { value: event.pubkey });
  const verified = verifyEvent(event);
  if (verified === undefined) throw refused('the signature does not hold');
  return verified;
}

/** @param hash sha256 of the body that came, hex. @throws PylonError `signature-refused` */
export function checkPayload(event: VerifiedEvent, hash: string): void {
  if (tagValue(event, 'payload') !== hash) throw refused('the body is not the one that was signed');
}

/** A tag that comes twice says two things. */
function onlyValue(event: EventTemplate, name: string): string | undefined {
  const tags = event.tags.filter((tag) => tag[0] === name);
  return tags.length === 1 ? tags[0]?.[1] : undefined;
}
