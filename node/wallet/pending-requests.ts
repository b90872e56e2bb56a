// Requests to a wallet that wait for their answer: each by its event id, each with an end. An answer to anything else
// finds nothing here and changes nothing, and neither does a second one.
import type { Clock } from '../../conductor/ports.ts';
import type { PylonError } from '../../protocol/errors.ts';
import type { WalletEncryption } from '../../protocol/wallet/envelope.ts';
import type { WalletMethod } from '../../protocol/wallet/methods.ts';
import type { WalletResults } from '../../protocol/wallet/results.ts';

export interface PendingRequest {
  readonly method: WalletMethod;
  readonly encryption: WalletEncryption;
  readonly answer: Promise<WalletResults[WalletMethod]>;
}

interface Entry extends PendingRequest {
  settle(conclude: () => void): void;
  resolve(result: WalletResults[WalletMethod]): void;
  reject(error: PylonError): void;
}

export class PendingRequests {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(id: string): PendingRequest | undefined {
    return this.#entries.get(id);
  }

  /** @param untilMs unix milliseconds; then `overdue` says what the answer fails with */
  add(
    id: string,
    request: { method: WalletMethod; encryption: WalletEncryption; untilMs: number; overdue: () => PylonError },
  ): PendingRequest {
    let resolve!: Entry['resolve'];
    let reject!: Entry['reject'];
    const answer = new Promise<WalletResults[WalletMethod]>((resolved, rejected) => {
      resolve = resolved;
      reject = rejected;
    });
    const cancel = this.#clock.after(request.untilMs - this.#clock.now(), () => this.reject(id, request.overdue()));
    const settle = (conclude: () => void) => {
      this.#entries.delete(id);
      cancel();
      conclude();
    };
    const { method, encryption } = request;
    const entry = { method, encryption, answer, settle, resolve, reject };
    this.#entries.set(id, entry);
    return entry;
  }

  resolve(id: string, result: WalletResults[WalletMethod]): void {
    const entry = this.#entries.get(id);
    entry?.settle(() => entry.resolve(result));
  }

  reject(id: string, error: PylonError): void {
    const entry = this.#entries.get(id);
    entry?.settle(() => entry.reject(error));
  }

  rejectAll(error: () => PylonError): void {
    for (const id of [...this.#entries.keys()]) this.reject(id, error());
  }
}
