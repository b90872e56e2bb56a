// The way to a wallet service and back (NIP-47): seals and signs requests, publishes them, and gives each the answer
// that the service signed and that names it. Answers are ephemeral: one that is sent while we are cut off is lost,
// whatever the pool asks for when it is back. The request then ends with `wallet-timeout`, and what became of a payment
// is looked up; nothing is ever sent a second time from here.
import type { Clock } from '../../conductor/ports.ts';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import { type NostrEvent, tagValue, type VerifiedEvent } from '../../protocol/event.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import { KIND_WALLET_RESPONSE } from '../../protocol/kinds.ts';
import { FANOUT_MAX, FUTURE_SECONDS_MAX } from '../../protocol/limits.ts';
import { encodeWalletRequest, parseWalletResponse } from '../../protocol/wallet/body.ts';
import { requestEncryption, walletRequestEvent } from '../../protocol/wallet/envelope.ts';
import type { WalletMethod, WalletParams } from '../../protocol/wallet/methods.ts';
import type { WalletResults } from '../../protocol/wallet/results.ts';
import type { RelayPool } from '../pool/relay-pool.ts';
import { AnswersByRequest } from './answers-by-request.ts';
import { PendingRequests } from './pending-requests.ts';
import type { ServiceSeal } from './service-seal.ts';

/**
 * Requests under way: a payment into escrow for each sub-query that a run may have in flight, some lookups beside them, and a
 * bound for a caller in a loop.
 */
const PENDING_MAX = FANOUT_MAX + 100;

export interface RequestChannelInit {
  /** The wallet service's key, hex. */
  readonly service: string;
  readonly keys: KeyPair;
  readonly pool: RelayPool;
  readonly seal: ServiceSeal;
  readonly clock: Clock;
}

export class RequestChannel {
  readonly #init: RequestChannelInit;
  readonly #pending: PendingRequests;
  readonly #subscription: { close(): void };
  readonly #byRequest: AnswersByRequest;
  #isClosed = false;

  constructor(init: RequestChannelInit) {
    this.#init = init;
    this.#pending = new PendingRequests(init.clock);
    // Some relays keep ephemeral events for a while. Old answers are not asked for, but the service's clock may be slow.
    const since = Math.max(0, this.#nowSeconds() - FUTURE_SECONDS_MAX);
    this.#subscription = this.#listen({ '#p': [init.keys.publicKey], since });
    this.#byRequest = new AnswersByRequest((ids, onTold) => this.#listen({ '#e': ids }, onTold));
  }

  /**
   * Seals and signs a request; nothing is sent.
   * @param expiresAt unix seconds; from then on the service must ignore it
   * @throws PylonError `wallet-unsupported-encryption`
   */
  prepare<Method extends WalletMethod>(method: Method, params: WalletParams[Method], expiresAt: number): VerifiedEvent {
    const { keys, service, seal } = this.#init;
    const { encryption } = seal;
    const sealed = seal.seal(encryption, encodeWalletRequest(method, params));
    return keys.sign(walletRequestEvent({ sealed, service, encryption, expiresAt, createdAt: this.#nowSeconds() }));
  }

  /**
   * Publishes a prepared request and waits for its answer. One that is under way is joined, not sent again.
   * @throws PylonError `wallet-*` | `relay-*` | `payment-unknown`
   */
  async send<Method extends WalletMethod>(
    method: Method,
    event: VerifiedEvent,
    untilMs: number,
  ): Promise<WalletResults[Method]> {
    const under = this.#pending.get(event.id);
    if (under !== undefined) return under.answer as Promise<WalletResults[Method]>;
    if (this.#isClosed) throw this.#overdue();
    if (this.#pending.size >= PENDING_MAX) throw tooMany(method);
    const { pool } = this.#init;
    const encryption = requestEncryption(event) ?? 'nip44_v2';
    const pending = this.#pending.add(event.id, { method, encryption, untilMs, overdue: () => this.#overdue() });
    try {
      await this.#byRequest.expect(event.id);
      pool.publish(event, { untilMs }).catch((thrown) => this.#pending.reject(event.id, toPylonError(thrown)));
      return (await pending.answer) as WalletResults[Method];
    } finally {
      this.#byRequest.forget(event.id);
      pool.withdraw(event.id); // a relay that was away must not be handed a request that is over
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#subscription.close();
    this.#byRequest.close();
    this.#pending.rejectAll(() => this.#overdue());
  }

  #nowSeconds(): number {
    return Math.floor(this.#init.clock.now() / 1_000);
  }

  #listen(which: { '#p': string[]; since: number } | { '#e': string[] }, onEose?: () => void): { close(): void } {
    const { pool, service } = this.#init;
    return pool.subscribe([{ kinds: [KIND_WALLET_RESPONSE], authors: [service], ...which }], {
      wants: (event) => this.#wants(event),
      onEvent: (event) => this.#take(event),
      ...(onEose === undefined ? {} : { onEose }),
    });
  }

  #overdue(): PylonError {
    if (this.#isClosed) return new PylonError('wallet-timeout', { reason: 'the connection to the wallet was closed' });
    const relays = this.#init.pool.relays();
    if (relays.some(({ status }) => status === 'open')) return new PylonError('wallet-timeout');
    const reasons = relays.map(({ url, lastError }) => `${url}: ${lastError ?? 'no answer yet'}`).join('; ');
    return new PylonError('wallet-timeout', { reason: `no relay of the wallet can be reached: ${reasons}` });
  }

  /** Before the signature is looked at: is it for us, and does anything wait for it? */
  #wants(event: NostrEvent): boolean {
    const client = tagValue(event, 'p') ?? this.#init.keys.publicKey;
    return client === this.#init.keys.publicKey && this.#pending.get(tagValue(event, 'e') ?? '') !== undefined;
  }

  #take(event: VerifiedEvent): void {
    const id = tagValue(event, 'e') ?? '';
    const request = this.#pending.get(id);
    if (request === undefined) return; // its twin from another relay was quicker
    if (tagValue(event, 'p') !== undefined) this.#byRequest.close(); // the one subscription by our key hears all of them
    try {
      const body = this.#init.seal.open(request.encryption, event.content);
      this.#pending.resolve(id, parseWalletResponse(request.method, body));
    } catch (thrown) {
      this.#pending.reject(id, toPylonError(thrown));
    }
  }
}

/** A payment may have been sent before, by an earlier process: only the wallet can say that it was not made. */
function tooMany(method: WalletMethod): PylonError {
  const code = method === 'pay_invoice' ? 'payment-unknown' : 'wallet-rate-limited';
  return new PylonError(code, { reason: `${PENDING_MAX} requests wait for the wallet already` });
}
