// Where a provider hears that its answers were accepted: takes the sealed preimages of customers whose money waits here, and
// nothing else.
import { toPylonError } from '../../protocol/errors.ts';
import { isReveal, parseReveal } from '../../protocol/escrow.ts';
import { type NostrEvent, tagValue, type VerifiedEvent } from '../../protocol/event.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import { KIND_FEEDBACK } from '../../protocol/kinds.ts';
import type { RelayPool } from '../pool/relay-pool.ts';
import type { EscrowBilling } from './billing/port.ts';

export interface RevealsInit {
  readonly keys: KeyPair;
  readonly pool: RelayPool;
  /** As it is known now: absent where no money can be held. */
  readonly escrow: () => EscrowBilling | undefined;
  readonly log: (line: string) => void;
}

/** A sealed preimage is far shorter. */
const CONTENT_CHARS_MAX = 2_048;

export class Reveals {
  readonly #init: RevealsInit;
  #subscription: { close(): void } | undefined;

  constructor(init: RevealsInit) {
    this.#init = init;
  }

  /** @param since unix seconds: those that a predecessor did not hear are heard now */
  open(since: number): void {
    const { pool, keys } = this.#init;
    this.#subscription = pool.subscribe([{ kinds: [KIND_FEEDBACK], '#p': [keys.publicKey], since }], {
      wants: (event) => this.#wants(event),
      onEvent: (event) => this.#hear(event),
    });
  }

  close(): void {
    this.#subscription?.close();
  }

  /** Before the signature: by a customer whose money waits here, about the request that it waits for. */
  #wants(event: NostrEvent): boolean {
    if (!isReveal(event) || tagValue(event, 'p') !== this.#init.keys.publicKey) return false;
    if (event.content.length > CONTENT_CHARS_MAX) return false;
    return this.#init.escrow()?.concerns(event.pubkey, tagValue(event, 'e') ?? '') === true;
  }

  #hear(event: VerifiedEvent): void {
    const { escrow, keys, log } = this.#init;
    const requestId = tagValue(event, 'e') ?? '';
    const paymentHash = escrow()?.hashOf(requestId);
    if (paymentHash === undefined) return; // its twin from another relay was quicker
    try {
      const body = keys.openFrom(event.pubkey, event.content);
      escrow()?.take(requestId, parseReveal(body, requestId, paymentHash));
    } catch (thrown) {
      log(`a customer revealed nothing: ${toPylonError(thrown).code}`);
    }
  }
}
