// One event on its way to all relays: settled by the first that has it, failed when the last has refused or
// time is up. Relays that are slower than the first still get it.
import type { Clock } from '../../conductor/ports.ts';
import { PylonError } from '../../protocol/errors.ts';
import type { VerifiedEvent } from '../../protocol/event.ts';
import type { RelayConnection } from './relay-connection.ts';

export interface PublicationInit {
  readonly clock: Clock;
  readonly untilMs: number;
  /** No relay is waited for any more. */
  readonly onSettled: () => void;
}

export class Publication {
  readonly published: Promise<void>;
  readonly #event: VerifiedEvent;
  readonly #waiting = new Set<RelayConnection>();
  readonly #refusals: string[] = [];
  readonly #onSettled: () => void;
  #resolve!: () => void;
  #reject!: (error: PylonError) => void;
  #cancel: () => void = () => undefined;
  #isAccepted = false;

  constructor(
    event: VerifiedEvent,
    relays: readonly RelayConnection[],
    { clock, untilMs, onSettled }: PublicationInit,
  ) {
    this.#event = event;
    this.#onSettled = onSettled;
    this.published = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const frame = `["EVENT",${JSON.stringify(event)}]`;
    const bytes = Buffer.byteLength(frame);
    for (const relay of relays) if (bytes <= relay.info.messageBytesMax) this.#waiting.add(relay);
    if (this.#waiting.size === 0) {
      const most = Math.max(...relays.map((relay) => relay.info.messageBytesMax));
      this.#reject(tooLarge(bytes, most));
      return;
    }
    this.#cancel = clock.after(coarsely(untilMs - clock.now()), () => this.abandon('no answer in time'));
    for (const relay of this.#waiting) {
      relay.publish({
        id: event.id,
        frame,
        settle: (outcome) => this.#onOutcome(relay, outcome.accepted ? undefined : outcome.reason),
      });
    }
  }

  get isSettled(): boolean {
    return this.#waiting.size === 0;
  }

  /** Waits for nobody any more. */
  abandon(reason: string): void {
    for (const relay of this.#waiting) {
      relay.queue.remove(this.#event.id);
      const why = relay.isOpen ? reason : `${reason}; ${relay.lastError ?? 'not connected'}`;
      this.#refusals.push(`${relay.url}: ${why}`);
    }
    this.#waiting.clear();
    this.#finish('relay-unreachable');
  }

  #onOutcome(relay: RelayConnection, refusal: string | undefined): void {
    if (!this.#waiting.delete(relay)) return;
    if (refusal === undefined) {
      this.#isAccepted = true;
      this.#resolve();
    } else this.#refusals.push(`${relay.url}: ${refusal}`);
    if (this.#waiting.size === 0) this.#finish('relay-refused');
  }

  #finish(code: 'relay-refused' | 'relay-unreachable'): void {
    this.#cancel();
    if (!this.#isAccepted) this.#reject(notTaken(code, this.#refusals));
    this.#onSettled();
  }
}

function notTaken(code: 'relay-refused' | 'relay-unreachable', refusals: readonly string[]): PylonError {
  const what = code === 'relay-refused' ? 'the relay refused the event' : 'the relay does not answer';
  return new PylonError(code, { reason: `${what}: ${refusals.join('; ')}` });
}

/** Up to whole seconds where the wait is long: Node keeps a list per duration, and thousands of those are slow. */
export function coarsely(delayMs: number): number {
  return delayMs < 10_000 ? delayMs : Math.ceil(delayMs / 1_000) * 1_000;
}

/** The error for a message that no relay in use takes. */
export function tooLarge(bytes: number, bytesMax: number): PylonError {
  return new PylonError('event-too-large', {
    value: `${bytes} bytes`,
    reason: `an event is larger than the ${bytesMax} bytes that the relay takes`,
    next: 'lower --chunk-size',
  });
}
