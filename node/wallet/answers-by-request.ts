// Answers of services that name the request they answer but not whom (NIP-47 says only SHOULD): listened for by the
// ids of the requests under way, in one subscription, because relays allow few. A service that has named us needs none.
/** Ids in one filter: 17 KB. Past it only services that name us are heard. */
const IDS_MAX = 256;

/** @param onTold called when a relay listens and has told all it had stored */
type Subscribe = (requestIds: string[], onTold: () => void) => { close(): void };

export class AnswersByRequest {
  readonly #subscribe: Subscribe;
  readonly #ids = new Set<string>();
  #subscription: { close(): void } | undefined;
  /** Replaced, and open until a relay has told all it had for their successor: an answer may still be on its way to them. */
  readonly #replaced = new Set<{ close(): void }>();
  #renewal: Promise<void> | undefined;
  #isOver = false;

  constructor(subscribe: Subscribe) {
    this.#subscribe = subscribe;
  }

  /** Settles when the answer to this request, which is not yet sent, will be heard. Requests of one moment share a subscription. */
  async expect(requestId: string): Promise<void> {
    if (this.#isOver || this.#ids.size >= IDS_MAX) return;
    this.#ids.add(requestId);
    this.#renewal ??= Promise.resolve().then(() => this.#renew());
    await this.#renewal;
  }

  /** The request is over. */
  forget(requestId: string): void {
    this.#ids.delete(requestId);
    if (this.#ids.size === 0) this.#end();
  }

  /** None of this is needed any more. */
  close(): void {
    this.#isOver = true;
    this.#ids.clear();
    this.#end();
  }

  #renew(): void {
    this.#renewal = undefined;
    if (this.#ids.size === 0) {
      this.#end();
      return;
    }
    const before = [...this.#replaced];
    if (this.#subscription !== undefined) before.push(this.#subscription);
    for (const subscription of before) this.#replaced.add(subscription);
    this.#subscription = this.#subscribe([...this.#ids], () => {
      for (const subscription of before) {
        subscription.close();
        this.#replaced.delete(subscription);
      }
    });
  }

  #end(): void {
    for (const subscription of this.#replaced) subscription.close();
    this.#replaced.clear();
    this.#subscription?.close();
    this.#subscription = undefined;
  }
}
