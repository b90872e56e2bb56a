// Where a provider's customers ask for invoices: takes their sealed requests, a bounded number of each and of all, and
// sends the invoice or the coded reason why not. Whoever asks learns of nobody's debt, for it names itself what it pays.
import { CATALOGUE, type PylonError, toPylonError } from '../../protocol/errors.ts';
import {
  type EventTemplate,
  expirationOf,
  type NostrEvent,
  tagValue,
  type VerifiedEvent,
} from '../../protocol/event.ts';
import { encodeFeedback } from '../../protocol/feedback.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import { KIND_FEEDBACK } from '../../protocol/kinds.ts';
import { SEALED_PLAINTEXT_BYTES_64K } from '../../protocol/limits.ts';
import { encodeInvoiceAnswer, isInvoiceRequest, parseInvoiceRequest } from '../../protocol/payment.ts';
import { sealedChars } from '../../protocol/seal.ts';
import type { RelayPool } from '../pool/relay-pool.ts';
import type { Answers } from './answers.ts';
import type { Billing } from './billing/port.ts';

export interface InvoiceCounterInit {
  readonly keys: KeyPair;
  readonly pool: RelayPool;
  readonly answers: Answers;
  readonly billing: Billing;
  readonly nowSeconds: () => number;
  readonly log: (line: string) => void;
}

/** Requests of all customers that wait for the wallet; what comes beyond is not answered, and asked again by its customer. */
const UNDER_WAY_MAX = 256;
/** Requests of one customer in a minute: a run asks once, and again when its answer was lost. */
const PER_CUSTOMER_MAX = 60;
const WINDOW_SECONDS = 60;
/** Customers counted in a minute; past it the rest of the minute goes without. */
const CUSTOMERS_MAX = 10_000;
/** An answer can be fetched from the relay for this long. */
const ANSWER_SECONDS_MIN = 60;
const WORDS_CHARS_MAX = 300;
const CONTENT_CHARS_MAX = sealedChars(SEALED_PLAINTEXT_BYTES_64K);

export class InvoiceCounter {
  readonly #init: InvoiceCounterInit;
  readonly #asked = new Map<string, number>();
  #windowFrom = 0;
  #underWay = 0;
  #subscription: { close(): void } | undefined;

  constructor(init: InvoiceCounterInit) {
    this.#init = init;
  }

  /** @param since unix seconds; an older request has been given up by its customer */
  open(since: number): void {
    const { pool, keys } = this.#init;
    this.#subscription = pool.subscribe([{ kinds: [KIND_FEEDBACK], '#p': [keys.publicKey], since }], {
      wants: (event) => this.#wants(event),
      onEvent: (event) => void this.#serve(event),
    });
  }

  /** What is under way is still answered. */
  close(): void {
    this.#subscription?.close();
  }

  /** Before the signature: a request, for us, in time, of a size that may be opened, and not one too many. */
  #wants(event: NostrEvent): boolean {
    if (!isInvoiceRequest(event) || tagValue(event, 'p') !== this.#init.keys.publicKey) return false;
    const expiresAt = expirationOf(event) ?? 0;
    if (expiresAt <= this.#init.nowSeconds() || event.content.length > CONTENT_CHARS_MAX) return false;
    return this.#underWay < UNDER_WAY_MAX && this.#askedBy(event.pubkey) < PER_CUSTOMER_MAX;
  }

  #askedBy(customer: string): number {
    const now = this.#init.nowSeconds();
    if (now >= this.#windowFrom + WINDOW_SECONDS) {
      this.#asked.clear();
      this.#windowFrom = now;
    }
    const asked = this.#asked.get(customer);
    return asked ?? (this.#asked.size < CUSTOMERS_MAX ? 0 : PER_CUSTOMER_MAX);
  }

  async #serve(request: VerifiedEvent): Promise<void> {
    this.#asked.set(request.pubkey, this.#askedBy(request.pubkey) + 1);
    this.#underWay += 1;
    const now = this.#init.nowSeconds();
    const expiresAt = Math.max(expirationOf(request) ?? 0, now + ANSWER_SECONDS_MIN);
    const answer = await this.#answerTo(request, expiresAt);
    this.#underWay -= 1;
    await this.#init.answers.tell(answer, expiresAt);
  }

  /** Never rejects. */
  async #answerTo(request: VerifiedEvent, expiresAt: number): Promise<EventTemplate> {
    const { keys, billing, nowSeconds, log } = this.#init;
    const customer = request.pubkey;
    try {
      const wanted = parseInvoiceRequest(keys.openFrom(customer, request.content));
      const invoice = await billing.invoice(customer, wanted);
      const template = encodeFeedback(request, 'payment-required', '', nowSeconds(), expiresAt);
      const content = keys.sealFor(customer, encodeInvoiceAnswer(wanted.id, invoice));
      return { ...template, content, tags: [...template.tags, ['encrypted']] };
    } catch (thrown) {
      const error = toPylonError(thrown);
      if (!/^(invoice|seal)-/.test(error.code)) log(`no invoice could be made for a customer: ${error.code}`);
      return encodeFeedback(request, 'error', wordsOf(error), nowSeconds(), expiresAt);
    }
  }
}

/** What a stranger may read: our own words about its own request, and the catalogue's about the rest. */
function wordsOf({ code, reason }: PylonError): string {
  if (code.startsWith('invoice-')) return `${code}: ${reason}`.slice(0, WORDS_CHARS_MAX);
  const isToldByCode = /^(wallet|seal)-/.test(code);
  return isToldByCode ? `${code}: ${CATALOGUE[code].means}` : `invoice-denied: ${CATALOGUE['invoice-denied'].means}`;
}
