// The way an answer goes out: signed once, kept, and only then published, so that a restart sends the same signed
// event again instead of answering twice. Also what a stop has to wait for.
import type { Clock } from '../../conductor/ports.ts';
import { toPylonError } from '../../protocol/errors.ts';
import {
  type EventTemplate,
  type NostrEvent,
  tagValue,
  type VerifiedEvent,
  verifyEvent,
} from '../../protocol/event.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import type { RelayPool } from '../pool/relay-pool.ts';
import { voidAtOf } from './job-intake.ts';
import type { JobRecords } from './job-records.ts';

/** A record outlives its request by this long; a request void for longer is not even refused. */
export const GRACE_SECONDS = 300;
/** An answer is offered to the relays for at least this long. */
const PUBLISH_MS_MIN = 1_000;

export interface AnswersInit {
  readonly keys: KeyPair;
  readonly pool: RelayPool;
  readonly clock: Clock;
  readonly records: JobRecords;
  readonly log: (line: string) => void;
}

export class Answers {
  readonly #init: AnswersInit;
  readonly #underWay = new Set<Promise<void>>();

  constructor(init: AnswersInit) {
    this.#init = init;
  }

  /** Messages not yet at a relay. */
  get underWay(): number {
    return this.#underWay.size;
  }

  /** Settles when nothing is under way any more. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** Unix seconds until which a request is remembered, from now. */
  rememberUntil(request: VerifiedEvent): number {
    return Math.max(voidAtOf(request), Math.floor(this.#init.clock.now() / 1_000)) + GRACE_SECONDS;
  }

  /** The one answer of a request. @param claimed what must be durable first; when it fails there is no answer */
  conclude(request: VerifiedEvent, answer: EventTemplate, claimed?: Promise<void>): void {
    this.#track(this.#keepAndPublish(request, this.#init.keys.sign(answer), claimed));
  }

  /** A request that was cancelled gets none, ever. */
  dismiss(request: VerifiedEvent): void {
    this.#track(this.#init.records.answer(request.id, undefined, this.rememberUntil(request)));
  }

  /** Sends the kept answer of a request that was seen again. */
  again(requestId: string): void {
    this.#track(
      this.#init.records.answerOf(requestId).then((answer) => {
        if (answer !== undefined) this.republish(answer);
      }),
    );
  }

  /** An answer from the records. */
  republish(answer: NostrEvent): void {
    const verified = verifyEvent(answer);
    const requestId = tagValue(answer, 'e');
    if (verified === undefined || requestId === undefined) return;
    this.#track(this.#publish(requestId, verified, voidAtOf(verified)));
  }

  /** Publishes a message that is no answer; settles, without an error, when a relay has it or none will. */
  tell(message: EventTemplate, voidAt: number): Promise<void> {
    return this.#track(this.#init.pool.publish(this.#init.keys.sign(message), { untilMs: voidAt * 1_000 }));
  }

  async #keepAndPublish(request: VerifiedEvent, answer: VerifiedEvent, claimed?: Promise<void>): Promise<void> {
    await claimed;
    await this.#init.records.answer(request.id, answer, this.rememberUntil(request));
    await this.#publish(request.id, answer, voidAtOf(request));
  }

  async #publish(requestId: string, answer: VerifiedEvent, voidAt: number): Promise<void> {
    const { pool, clock, records } = this.#init;
    await pool.publish(answer, { untilMs: Math.max(voidAt * 1_000, clock.now() + PUBLISH_MS_MIN) });
    records.published(requestId);
  }

  /** What goes wrong with one message is told, and the rest goes on. */
  #track(work: Promise<void>): Promise<void> {
    const tracked = work
      .catch((thrown) => this.#init.log(toPylonError(thrown).message))
      .finally(() => this.#underWay.delete(tracked));
    this.#underWay.add(tracked);
    return tracked;
  }
}
