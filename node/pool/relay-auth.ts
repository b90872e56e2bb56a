// NIP-42 at one connection: who we are is told only to a relay that asks for it, and once.
import type { EventTemplate, VerifiedEvent } from '../../protocol/event.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import { KIND_AUTH } from '../../protocol/kinds.ts';

const CHALLENGE_CHARS_MAX = 1_024;

function template(url: string, challenge: string, nowSeconds: number): EventTemplate {
  return {
    kind: KIND_AUTH,
    created_at: nowSeconds,
    tags: [
      ['relay', url],
      ['challenge', challenge],
    ],
    content: '',
  };
}

export class RelayAuth {
  readonly #url: string;
  readonly #signer: KeyPair | undefined;
  #challenge: string | undefined;
  #isWanted = false;
  #sentId: string | undefined;

  constructor(url: string, signer: KeyPair | undefined) {
    this.#url = url;
    this.#signer = signer;
  }

  /** A relay that says `auth-required` gets nowhere with us: we have no key, or it refused the one we have. */
  get isHopeless(): boolean {
    return this.#signer === undefined;
  }

  /** Forgets the connection. */
  reset(): void {
    this.#challenge = undefined;
    this.#isWanted = false;
    this.#sentId = undefined;
  }

  /** `["AUTH", challenge]`. Returns the event to send when somebody waits for it. */
  onChallenge(challenge: unknown, nowSeconds: number): VerifiedEvent | undefined {
    if (typeof challenge !== 'string' || challenge.length > CHALLENGE_CHARS_MAX) return undefined;
    this.#challenge = challenge;
    this.#sentId = undefined;
    return this.#isWanted ? this.#answer(nowSeconds) : undefined;
  }

  /** The relay refused something with `auth-required`. Returns the event to send, once per challenge. */
  onRequired(nowSeconds: number): VerifiedEvent | undefined {
    this.#isWanted = true;
    return this.#answer(nowSeconds);
  }

  /** True when this OK answers our AUTH event. */
  isAnswer(id: string): boolean {
    return id === this.#sentId;
  }

  #answer(nowSeconds: number): VerifiedEvent | undefined {
    if (this.#signer === undefined || this.#challenge === undefined || this.#sentId !== undefined) return undefined;
    const event = this.#signer.sign(template(this.#url, this.#challenge, nowSeconds));
    this.#sentId = event.id;
    return event;
  }
}
