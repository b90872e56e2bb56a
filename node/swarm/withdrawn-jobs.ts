// Jobs that were withdrawn a moment ago and whose provider may still say what they had cost: in its last feedback,
// or in a result that crossed the cancel. Nothing else of a withdrawn job is heard.
import { type Clock, PredictionFailed } from '../../conductor/ports.ts';
import { tagValue, type VerifiedEvent } from '../../protocol/event.ts';
import { parseFeedback } from '../../protocol/feedback.ts';
import { parseJobResult } from '../../protocol/job.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import { KIND_CHUNK_RESULT } from '../../protocol/kinds.ts';
import { LATE_COST_MS } from '../../protocol/limits.ts';
import { NO_USAGE, type Usage } from '../../protocol/signature.ts';
import { providerError } from './provider-error.ts';

interface Withdrawn {
  readonly provider: string;
  readonly tell: (usage: Usage) => void;
  readonly cancelTimer: () => void;
}

export class WithdrawnJobs {
  readonly #clock: Clock;
  readonly #keys: KeyPair;
  readonly #jobs = new Map<string, Withdrawn>();

  constructor(clock: Clock, keys: KeyPair) {
    this.#clock = clock;
    this.#keys = keys;
  }

  add(requestId: string, provider: string, tell: (usage: Usage) => void): void {
    const cancelTimer = this.#clock.after(LATE_COST_MS, () => this.#jobs.delete(requestId));
    this.#jobs.set(requestId, { provider, tell, cancelTimer });
  }

  /** True for a message by the provider that was asked, before its signature is looked at. */
  concerns(requestId: string, provider: string): boolean {
    return this.#jobs.get(requestId)?.provider === provider;
  }

  /** Hands on the cost, once. @throws PylonError when the message is sealed or formed as none of ours */
  hear(event: VerifiedEvent): void {
    const requestId = tagValue(event, 'e') ?? '';
    const job = this.#jobs.get(requestId);
    if (job === undefined) return;
    const usage = this.#costOf(event, requestId);
    if (usage === undefined) return;
    job.cancelTimer();
    this.#jobs.delete(requestId);
    job.tell(usage);
  }

  close(): void {
    for (const job of this.#jobs.values()) job.cancelTimer();
    this.#jobs.clear();
  }

  /** Undefined while the provider has not come to an end with the job. */
  #costOf(event: VerifiedEvent, requestId: string): Usage | undefined {
    if (event.kind === KIND_CHUNK_RESULT) {
      const isSealed = event.tags.some(([name]) => name === 'encrypted');
      const body = isSealed ? this.#keys.openFrom(event.pubkey, event.content) : event.content;
      const result = parseJobResult(body);
      return result.request_id === requestId ? result.usage : NO_USAGE;
    }
    const feedback = parseFeedback(event);
    if (feedback?.status !== 'error') return undefined;
    const error = providerError(event, feedback.extra, this.#keys);
    return error instanceof PredictionFailed ? error.usage : NO_USAGE;
  }
}
