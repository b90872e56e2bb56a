// The hub on its relays: takes NIP-47 requests, has the teller serve them, and tells what came of it. What can be judged
// without a signature is judged before it, and what can be ignored is.
import { PylonError, toPylonError } from '../../../protocol/errors.ts';
import { type NostrEvent, tagValue, type VerifiedEvent } from '../../../protocol/event.ts';
import { KIND_WALLET_REQUEST } from '../../../protocol/kinds.ts';
import { encodeWalletFailure, parseWalletRequest } from '../../../protocol/wallet/body.ts';
import { requestEncryption, type WalletEncryption } from '../../../protocol/wallet/envelope.ts';
import { toWalletFailure } from '../../../protocol/wallet/error-codes.ts';
import type { Reader } from './draft.ts';
import { Gate } from './gate.ts';
import type { WaitingRequest } from './invoice-row.ts';
import { connectionKey } from './keys.ts';
import { type HubLimits, REQUEST_CHARS_MAX, REQUEST_SECONDS_MAX } from './limits.ts';
import type { HubPool, Mail } from './mail.ts';
import { isTimely, voidAtOf } from './requests.ts';
import type { Asked, Teller } from './teller.ts';

export interface HubServiceOptions {
  /** Of the hub, hex. */
  readonly publicKey: string;
  readonly pool: HubPool;
  readonly reader: Reader;
  readonly mail: Mail;
  readonly teller: Teller;
  readonly limits: HubLimits;
  readonly nowMs: () => number;
  readonly log: (line: string) => void;
}

export class HubService {
  readonly #options: HubServiceOptions;
  readonly #gate: Gate;
  readonly #underWay = new Set<Promise<void>>();
  readonly #stops: (() => void)[] = [];

  constructor(options: HubServiceOptions) {
    this.#options = options;
    this.#gate = new Gate(options.limits, options.nowMs);
  }

  /**
   * Listens, and says so on every relay as soon as it is open, again after each reconnect. Resolves when a relay that
   * is open now has been told.
   */
  async start(): Promise<void> {
    const { pool, publicKey, mail } = this.#options;
    const since = this.#nowSeconds - REQUEST_SECONDS_MAX;
    const subscription = pool.subscribe([{ kinds: [KIND_WALLET_REQUEST], '#p': [publicKey], since }], {
      wants: (event) => this.#wants(event),
      onEvent: (event) => this.#receive(event),
    });
    this.#stops.push(
      () => subscription.close(),
      pool.onOpen(() => void mail.introduce()),
    );
    if (pool.relays().some(({ status }) => status === 'open')) await mail.introduce();
  }

  /** A client that was revoked. */
  forget(clientPublicKey: string): void {
    this.#gate.forget(clientPublicKey);
  }

  /** Takes no more requests; resolves when those under way are answered. */
  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0)) stop();
    await Promise.all(this.#underWay);
  }

  get #nowSeconds(): number {
    return Math.floor(this.#options.nowMs() / 1_000);
  }

  /** Before the signature: is it for us, short enough, in time, and is there somebody who would be answered? */
  #wants(event: NostrEvent): boolean {
    const { publicKey, reader } = this.#options;
    if (event.kind !== KIND_WALLET_REQUEST || tagValue(event, 'p') !== publicKey) return false;
    if (event.content.length > REQUEST_CHARS_MAX || !isTimely(event, this.#nowSeconds, reader)) return false;
    return this.#isKnown(event.pubkey) || this.#gate.hearsStrangers;
  }

  #isKnown(clientPublicKey: string): boolean {
    const connection = this.#options.reader.get(connectionKey(clientPublicKey));
    return connection !== undefined && connection.revokedAt === undefined;
  }

  #receive(event: VerifiedEvent): void {
    const work = this.#gate.while(() => this.#handle(event)).finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
  }

  async #handle(event: VerifiedEvent): Promise<void> {
    const { mail, teller } = this.#options;
    const encryption = requestEncryption(event);
    // Who speaks something newer than we do speaks NIP-44 too; an answer that cannot be opened is no worse than none.
    const waiting = { requestId: event.id, client: event.pubkey, encryption: encryption ?? 'nip44_v2' } as const;
    let method = '';
    try {
      const isKnown = this.#isKnown(event.pubkey);
      const admittance = isKnown ? this.#gate.client(event.pubkey) : this.#gate.stranger();
      if (admittance === 'ignore') return;
      const opened = this.#open(event, encryption);
      method = opened.method;
      const asked: Asked = { ...waiting, ...opened, voidAt: voidAtOf(event) };
      const isRefused = isKnown && admittance === 'refuse';
      const effects = isRefused
        ? await teller.refuse(asked, new PylonError('wallet-rate-limited'))
        : await teller.serve(asked);
      mail.deliver(effects);
    } catch (thrown) {
      this.#fail(waiting, method, thrown);
    }
  }

  /** @throws PylonError `wallet-unsupported-encryption` | `request-invalid` */
  #open(event: VerifiedEvent, encryption: WalletEncryption | undefined): { method: string; params: unknown } {
    if (encryption === undefined) throw new PylonError('wallet-unsupported-encryption');
    let body: string;
    try {
      body = this.#options.mail.open(event.pubkey, encryption, event.content);
    } catch (cause) {
      throw new PylonError('request-invalid', { reason: 'the request does not open', cause });
    }
    return parseWalletRequest(body);
  }

  /** Every failure is an answer. What went wrong inside is for the log alone. */
  #fail(waiting: WaitingRequest, method: string, thrown: unknown): void {
    const { mail, log } = this.#options;
    const error = toPylonError(thrown);
    const failure = toWalletFailure(error);
    if (failure.code === 'INTERNAL') log(`wallet request ${waiting.requestId}: ${error.message}`);
    mail.answer(waiting, encodeWalletFailure(method, failure));
  }
}
