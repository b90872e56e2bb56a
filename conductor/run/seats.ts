// Who is asked about one chunk: providers are found, asked side by side, and heard. Those who are still out when the chunk is
// decided are withdrawn, and what they say then is neither believed nor paid.
import { PylonError } from '../../protocol/errors.ts';
import { clusterOf, type Offer } from '../../protocol/handler.ts';
import { ATTEMPTS_MAX } from '../../protocol/limits.ts';
import type { Ending, MarketChoice } from '../market/choice.ts';
import type { Market } from '../ports.ts';
import type { Seat, Table } from '../verify/panel.ts';
import { askProvider } from './ask-provider.ts';
import type { RunContext } from './context.ts';
import type { Fragment } from './fragments.ts';
import { Mailbox } from './mailbox.ts';
import { isPrepaid } from './prepaid-hold.ts';
import { type Outcome, Voice } from './voice.ts';

/** Something changed at the table; or something was thrown that is nobody's answer. */
type News = 'changed' | { readonly thrown: unknown };

/** Why nobody else can be asked. */
type Shortage = 'no-providers' | 'budget-exhausted';

/** A provider wants what it is owed before it goes on. @returns true when it has it, so that it can be asked again */
async function payFirst({ payer, request, emitter }: RunContext, provider: string): Promise<boolean> {
  if (payer === undefined) return false;
  return payer.payProvider(provider, request.runId, (fact, operation) => emitter.emit(fact, operation));
}

export class Seats {
  readonly voices: Voice[] = [];
  /** Why the last one gave no answer, or why nobody was asked. */
  reason: Shortage | 'job-timeout' | 'job-failed' = 'no-providers';
  readonly #context: RunContext;
  readonly #market: Market;
  readonly #choice: MarketChoice;
  readonly #fragment: Fragment;
  readonly #controller = new AbortController();
  readonly #news = new Mailbox<News>();
  readonly #seated = new Map<number, Seat>();
  readonly #tried = new Set<string>();
  readonly #clusters = new Set<string>();
  readonly #open = new Set<Promise<void>>();
  readonly #stopListening: () => void;
  #placed: Promise<void> = Promise.resolve();
  #placing = 0;
  #attempts: number;
  #failures = 0;
  #shortage: Shortage | undefined;
  #isOver = false;

  /** @param firstAttempt what the first query is numbered: no two of a chunk may have one number */
  constructor(context: RunContext, market: Market, choice: MarketChoice, fragment: Fragment, firstAttempt: number) {
    this.#context = context;
    this.#market = market;
    this.#choice = choice;
    this.#fragment = fragment;
    this.#attempts = firstAttempt;
    const { signal } = context;
    const end = () => this.#controller.abort(signal.reason);
    signal.addEventListener('abort', end, { once: true });
    this.#stopListening = () => signal.removeEventListener('abort', end);
    if (signal.aborted) end();
  }

  /** How the next query would be numbered. */
  get attempts(): number {
    return this.#attempts;
  }

  get table(): Table<Voice> {
    const canAsk = this.#shortage === undefined && this.#failures < ATTEMPTS_MAX && !this.#controller.signal.aborted;
    return { voices: this.voices, seats: [...this.#seated.values()], placing: this.#placing, canAsk };
  }

  /** Asks so many more. @param distinct of other clusters than those who have a say already */
  ask(count: number, distinct: boolean): void {
    this.#placing += count;
    // One after the other, so that each knows whom the others took.
    for (let one = 0; one < count; one++) this.#placed = this.#placed.then(() => this.#place(distinct));
  }

  /** Resolves when something has changed. @throws whatever went wrong that is no provider's doing */
  async news(): Promise<void> {
    const news = await this.#news.next();
    if (news !== 'changed') throw news.thrown;
  }

  /** Withdraws what is out. Settles when nothing of this chunk is at stake any more. */
  async close(): Promise<void> {
    this.#isOver = true;
    this.#stopListening();
    this.#controller.abort(new PylonError('job-cancelled'));
    for (const voice of this.voices) this.#keep(voice.reject('late'));
    await this.#placed;
    while (this.#open.size > 0) await Promise.all(this.#open);
  }

  async #place(distinct: boolean): Promise<void> {
    const { context, signal } = { context: this.#context, signal: this.#controller.signal };
    const { book, request, trust } = context;
    const size = { chars: this.#fragment.text.length, bytes: this.#fragment.textBytes.length };
    const isBanned = (provider: string) => trust.isStruck(provider);
    const notOfClusters = distinct ? { notOfClusters: this.#clusters } : {};
    const wanted = { ...size, tried: this.#tried, isBanned, ...notOfClusters };
    try {
      const affordableMsat = book.affordableMsat(request.runId);
      const offer = signal.aborted ? undefined : await this.#choice.take({ ...wanted, affordableMsat }, signal);
      if (offer !== undefined && signal.aborted) this.#choice.release(offer.provider, 'withdrawn');
      else if (offer !== undefined) this.#keep(this.#ask(offer));
      else if (!signal.aborted) this.#lack(this.#choice.fitsAnyBudget(wanted) ? 'budget-exhausted' : 'no-providers');
      this.#tell('changed');
    } catch (thrown) {
      this.#tell({ thrown });
    } finally {
      this.#placing--;
    }
  }

  async #ask(offer: Offer): Promise<void> {
    const { provider } = offer;
    const [attempt, cluster] = [this.#attempts++, clusterOf(offer)];
    this.#tried.add(provider);
    this.#clusters.add(cluster);
    this.#seated.set(attempt, { provider, cluster });
    let outcome: Outcome | undefined;
    try {
      outcome = await this.#askWithSlot(offer, attempt);
    } catch (thrown) {
      if (!(thrown instanceof PylonError && thrown.code === 'budget-exhausted')) return this.#tell({ thrown });
      this.#lack('budget-exhausted');
    }
    if (outcome === 'unpaid' && (await payFirst(this.#context, provider))) this.#tried.delete(provider);
    this.#seated.delete(attempt);
    if (outcome instanceof Voice) {
      if (this.#isOver) return outcome.reject('late');
      this.voices.push(outcome);
    } else {
      this.#clusters.delete(cluster);
      if (outcome !== undefined) this.#failed(outcome);
    }
    this.#tell('changed');
  }

  /** Asks a provider whose slot is taken, and gives the slot back. Others may have spent the rest of the budget meanwhile. */
  async #askWithSlot(offer: Offer, attempt: number): Promise<Outcome> {
    const [fragment, signal] = [this.#fragment, this.#controller.signal];
    let ending: Ending = 'failed';
    try {
      const question = { fragment, offer, queryId: `${fragment.index}.${attempt}`, attempt, signal };
      const outcome = await askProvider(this.#context, this.#market, question);
      if (outcome instanceof Voice) ending = 'answered';
      else if (isPrepaid(this.#context, offer)) ending = 'lost';
      else if (outcome === 'silent') ending = 'silent';
      return outcome;
    } finally {
      this.#choice.release(offer.provider, ending);
    }
  }

  #failed(outcome: 'failed' | 'silent' | 'unpaid'): void {
    this.#failures++;
    this.reason = outcome === 'silent' ? 'job-timeout' : 'job-failed';
  }

  #lack(shortage: Shortage): void {
    this.#shortage = shortage;
    if (this.#failures === 0 || shortage === 'budget-exhausted') this.reason = shortage;
  }

  /** Once it is over nobody listens: what was thrown then is thrown by `close`. */
  #tell(news: News): void {
    if (this.#isOver && news !== 'changed') throw news.thrown;
    this.#news.push(news);
  }

  #keep(work: Promise<void>): void {
    const kept: Promise<void> = work.finally(() => this.#open.delete(kept));
    this.#open.add(kept);
  }
}
