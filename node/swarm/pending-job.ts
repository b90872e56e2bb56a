// One job asked and not yet answered: settles once, by its result, its error, or the asker's change of mind.
import type { AskOptions, Clock, MarketReply } from '../../conductor/ports.ts';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import { coarsely } from '../pool/publication.ts';

export interface PendingJobInit {
  readonly requestId: string;
  readonly provider: string;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Unix milliseconds at which the request is void. */
  readonly expiresAtMs: number;
  readonly onSignOfLife: () => void;
  readonly onEscrow?: AskOptions['onEscrow'];
  /** Called once, before the reply is handed over. `aborted` when the asker changed their mind. */
  readonly onSettled: (outcome: 'answered' | 'failed' | 'aborted') => void;
}

export class PendingJob {
  readonly requestId: string;
  readonly provider: string;
  readonly reply: Promise<MarketReply>;
  readonly onSignOfLife: () => void;
  readonly #init: PendingJobInit;
  #resolve!: (reply: MarketReply) => void;
  #reject!: (error: unknown) => void;
  #isSettled = false;
  readonly #onAbort: () => void;
  readonly #cancelExpiry: () => void;

  constructor(init: PendingJobInit, abortError: () => Error) {
    this.requestId = init.requestId;
    this.provider = init.provider;
    this.onSignOfLife = init.onSignOfLife;
    this.#init = init;
    this.reply = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#onAbort = () => this.#settle('aborted', () => this.#reject(abortError()));
    init.signal.addEventListener('abort', this.#onAbort, { once: true });
    this.#cancelExpiry = init.clock.after(coarsely(init.expiresAtMs - init.clock.now()), () =>
      this.fail(new PylonError('job-timeout', { reason: 'the provider did not answer before the job expired' })),
    );
  }

  /** The provider asks for its escrow. False when this job is in none. */
  askEscrow(invoice: string): boolean {
    this.#init.onEscrow?.(invoice, this.requestId);
    return this.#init.onEscrow !== undefined;
  }

  answer(reply: MarketReply): void {
    this.#settle('answered', () => this.#resolve(reply));
  }

  fail(thrown: unknown): void {
    this.#settle('failed', () => this.#reject(toPylonError(thrown)));
  }

  #settle(outcome: 'answered' | 'failed' | 'aborted', conclude: () => void): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#cancelExpiry();
    this.#init.signal.removeEventListener('abort', this.#onAbort);
    this.#init.onSettled(outcome);
    conclude();
  }
}
