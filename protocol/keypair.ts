// One identity on the wire: signs events and seals texts, and remembers the conversation key of
// every peer it has talked to. Holds the secret; nothing here ever prints it.

import { createHmac } from 'node:crypto';
import { PylonError } from './errors.ts';
import { type EventTemplate, eventId, isHex, type VerifiedEvent } from './event.ts';
import { legacyKey, legacyOpen, legacySeal } from './nip04.ts';
import { schnorr } from './schnorr.ts';
import { type ConversationKey, conversationKey, open, seal } from './seal.ts';
import { taggedHash } from './tagged.ts';

/** Source of random bytes; node/ passes the system's, tests a seeded one. */
export type RandomBytes = (length: number) => Uint8Array;

/** Peers whose key is kept: 10,000 keys are 1 MB, and a hostile crowd cannot grow it further. */
const PEERS_MAX = 10_000;

export class KeyPair {
  readonly publicKey: string;
  readonly #secret: Uint8Array;
  readonly #randomBytes: RandomBytes;
  readonly #conversations = new Map<string, ConversationKey>();

  /** @param secret 32 bytes, 1 to the curve's order. @throws PylonError `identity-invalid` */
  constructor(secret: Uint8Array, randomBytes: RandomBytes) {
    try {
      this.publicKey = Buffer.from(schnorr.publicKey(secret)).toString('hex');
    } catch (cause) {
      throw new PylonError('identity-invalid', { reason: 'the secret key is not a valid one', cause });
    }
    this.#secret = secret;
    this.#randomBytes = randomBytes;
  }

  /** A fresh identity. */
  static generate(randomBytes: RandomBytes): KeyPair {
    return new KeyPair(randomBytes(32), randomBytes);
  }

  /**
   * A secret of 32 bytes that only this identity can make, always the same for a label: it need not be kept anywhere, and tells
   * nothing of this one's (HMAC-SHA256).
   */
  deriveSecret(label: string): Uint8Array {
    return createHmac('sha256', this.#secret).update(`pylon/${label}`).digest();
  }

  /** The identity of a derived secret. */
  derive(label: string): KeyPair {
    return new KeyPair(this.deriveSecret(label), this.#randomBytes);
  }

  /** Fills in pubkey, id and signature (NIP-01, BIP-340). */
  sign(template: EventTemplate): VerifiedEvent {
    const body = {
      pubkey: this.publicKey,
      created_at: template.created_at,
      kind: template.kind,
      tags: template.tags,
      content: template.content,
    };
    const id = eventId(body);
    const sig = Buffer.from(schnorr.sign(Buffer.from(id, 'hex'), this.#secret, this.#randomBytes(32))).toString('hex');
    return { id, ...body, sig } as VerifiedEvent;
  }

  /** A signature (hex) over a text under a tag of its own (tagged.ts): it never passes for one over an event. */
  signTagged(tag: string, text: string): string {
    const signature = schnorr.sign(taggedHash(tag, text), this.#secret, this.#randomBytes(32));
    return Buffer.from(signature).toString('hex');
  }

  #conversation(peer: string): ConversationKey {
    const known = this.#conversations.get(peer);
    if (known !== undefined) return known;
    if (!isHex(peer, 64))
      throw new PylonError('seal-invalid', { value: peer, reason: 'a public key is 64 lowercase hex digits' });
    const key = conversationKey(this.#secret, peer);
    if (this.#conversations.size >= PEERS_MAX) {
      const oldest = this.#conversations.keys().next().value;
      if (oldest !== undefined) this.#conversations.delete(oldest);
    }
    this.#conversations.set(peer, key);
    return key;
  }

  /** NIP-44 v2 for `peer` (hex public key). @throws PylonError `seal-invalid` */
  sealFor(peer: string, text: string): string {
    return seal(this.#conversation(peer), text, this.#randomBytes(32));
  }

  /** Opens what `peer` sealed for us. @throws PylonError `seal-invalid` */
  openFrom(peer: string, payload: string): string {
    return open(this.#conversation(peer), payload);
  }

  /** NIP-04 for `peer`: only for wallets that know nothing newer. @throws PylonError `seal-invalid` */
  legacySealFor(peer: string, text: string): string {
    return legacySeal(legacyKey(this.#secret, peer), text, this.#randomBytes(16));
  }

  /** Opens a NIP-04 text of `peer`. Nothing proves that it is whole: check what is inside. @throws PylonError `seal-invalid` */
  legacyOpenFrom(peer: string, payload: string): string {
    return legacyOpen(legacyKey(this.#secret, peer), payload);
  }
}
