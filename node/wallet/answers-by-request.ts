// Answers of services that name the request they answer but not whom (NIP-47 says only SHOULD): listened for by the
// ids of the requests under way, in one subscription, because relays allow few. A service that has named us needs none.
/** Ids in one filter: 17 KB. Past it only services that name us are heard. */
const IDS_MAX = 256;

export class AnswersByRequest {
  readonly #subscribe: (requestIds: string[]) => { close(): void };
  readonly #ids = new Set<string>();
  #subscription: { close(): void } | undefined;
  #renewal: Promise<void> | undefined;
  #isOver = false;

  constructor(subscribe: (requestIds: string[]) => { close(): void }) {
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
    const old = this.#subscription;
    this.#subscription = this.#ids.size === 0 ? undefined : this.#subscribe([...this.#ids]);
    old?.close(); // only now: no answer falls between the two
  }

  #end(): void {
    this.#subscription?.close();
    this.#subscription = undefined;
  }
}
