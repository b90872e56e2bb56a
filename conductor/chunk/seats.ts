// Who is asked about one chunk: providers are found, asked side by side, and heard. Those who are still out when the chunk is
// decided are withdrawn, and what they say then is neither believed nor paid.
import { PylonError } from '../../protocol/errors.ts';
import { clusterOf, type Offer } from '../../protocol/handler.ts';
import { ATTEMPTS_MAX } from '../../protocol/limits.ts';
import type { Fragment } from '../cut/fragments.ts';
import { follow } from '../follow.ts';
import type { MarketChoice } from '../market/choice.ts';
import type { ChunkPace, VoicePace } from '../market/hedge.ts';
import { type Runner, race } from '../market/race.ts';
import type { Market } from '../ports.ts';
import type { RunContext } from '../run/context.ts';
import { isPrepaid } from '../stake/prepaid-hold.ts';
import { type AnswerKind, kindOffered } from '../verify/kind-of-answer.ts';
import type { Seat, Table } from '../verify/panel.ts';
import { askLocal } from './ask-local.ts';
import { Mailbox } from './mailbox.ts';
import { Patience } from './patience.ts';
import { payFirst } from './pay-first.ts';
import { queryIdOf } from './query-id.ts';
import { extraBytes, suits } from './question.ts';
import { askWithSlot, type TimedQuestion } from './slot.ts';
import { takeProvider } from './take-provider.ts';
import { type Outcome, Voice } from './voice.ts';

/** Made once: where an error is made tells nothing here, and to find it out costs as much as ten events. */
const WITHDRAWN = new PylonError('job-cancelled');

/** Something changed at the table; or something was thrown that is nobody's answer. */
type News = 'changed' | { readonly thrown: unknown };

/** Why nobody else can be asked. */
type Shortage = 'no-providers' | 'budget-exhausted' | 'verification-unavailable';

/** A provider at work on the chunk. */
interface Attempt extends Runner<Outcome | undefined> {
  readonly queryId: string;
}

/** What comes of a job that lost its race is neither believed nor paid. */
async function rejectLate(outcome: Promise<Outcome | undefined>): Promise<void> {
  const late = await outcome;
  if (late instanceof Voice) await late.reject('late');
}

export class Seats {
  readonly voices: Voice[] = [];
  /** Why the last one gave no answer, or why nobody was asked. */
  reason: Shortage | 'job-timeout' | 'job-failed' = 'no-providers';
  readonly #context: RunContext;
  readonly #market: Market;
  readonly #choice: MarketChoice;
  readonly #fragment: Fragment;
  readonly #takesOwn: boolean;
  /** Absent where late jobs are only waited for. */
  readonly #pace: ChunkPace | undefined;
  readonly #controller = new AbortController();
  readonly #news = new Mailbox<News>();
  readonly #seated = new Map<number, Seat>();
  readonly #tried = new Set<string>();
  readonly #clusters = new Set<string>();
  readonly #open = new Set<Promise<void>>();
  /** Providers at work. */
  readonly #out = new Set<Patience>();
  readonly #stopListening: () => void;
  #placed: Promise<void> = Promise.resolve();
  #placing = 0;
  #attempts: number;
  #failures = 0;
  #shortage: Shortage | undefined;
  /** Of the answers that are held against each other. */
  #kind: AnswerKind | undefined;
  #isOver = false;
  #isLate = false;

  /** @param firstAttempt what the first query is numbered: no two of a chunk may have one number */
  constructor(context: RunContext, market: Market, choice: MarketChoice, fragment: Fragment, firstAttempt: number) {
    this.#context = context;
    this.#takesOwn = context.tier.takesOwn;
    this.#pace = context.runPace.chunk(fragment.text.length);
    this.#market = market;
    this.#choice = choice;
    this.#fragment = fragment;
    this.#attempts = firstAttempt;
    this.#stopListening = follow(context.signal, (reason) => this.#withdraw(reason));
  }

  /** Somebody who answered this chunk before has a say in it again. */
  seat(voice: Voice): void {
    this.#tried.add(voice.provider);
    this.#clusters.add(voice.cluster);
    this.voices.push(voice);
  }

  /** How the next query would be numbered. */
  get attempts(): number {
    return this.#attempts;
  }

  get table(): Table<Voice> {
    const canAsk = this.#shortage === undefined && this.#failures < ATTEMPTS_MAX && !this.#controller.signal.aborted;
    const seats = [...this.#seated.values()];
    return { voices: this.voices, seats, placing: this.#placing, canAsk, isLate: this.#isLate };
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
    this.#withdraw(WITHDRAWN);
    for (const voice of this.voices) this.#keep(voice.reject('late'));
    await this.#placed;
    while (this.#open.size > 0) await Promise.all(this.#open);
  }

  #withdraw(reason: unknown): void {
    this.#controller.abort(reason);
    for (const patience of this.#out) patience.withdraw(reason);
  }

  /** Whoever may be asked about this chunk now. @param distinct as of `ask` */
  #wanted(distinct: boolean) {
    const { trust, question } = this.#context;
    const bytes = this.#fragment.textBytes.length + extraBytes(question);
    const size = { chars: this.#fragment.text.length, bytes };
    const isBanned = (provider: string) => trust.isStruck(provider);
    const notOfClusters = distinct ? { notOfClusters: this.#clusters } : {};
    const kind = this.#kind;
    const accepts = (offer: Offer) => suits(question, offer) && (kind === undefined || kindOffered(offer) === kind);
    return { ...size, tried: this.#tried, isBanned, ...notOfClusters, accepts };
  }

  get #affordableMsat() {
    return this.#context.book.affordableMsat(this.#context.request.runId);
  }

  async #place(distinct: boolean): Promise<void> {
    const { signal } = this.#controller;
    const wanted = this.#wanted(distinct);
    try {
      const affordableMsat = this.#affordableMsat;
      const offer = signal.aborted
        ? undefined
        : await takeProvider(this.#context, this.#market, this.#choice, { ...wanted, affordableMsat }, signal);
      if (offer !== undefined && signal.aborted) this.#choice.release(offer.provider, 'withdrawn');
      else if (offer !== undefined) this.#keep(this.#sit(offer, distinct));
      else if (!signal.aborted) this.#lack(this.#choice.fitsAnyBudget(wanted) ? 'budget-exhausted' : 'no-providers');
      this.#tell('changed');
    } catch (thrown) {
      this.#tell({ thrown });
    } finally {
      this.#placing--;
    }
  }

  /** One voice: a provider, and where it is late others beside it. */
  async #sit(offer: Offer, distinct: boolean): Promise<void> {
    const seat = this.#attempts;
    this.#seated.set(seat, { provider: offer.provider, cluster: clusterOf(offer) });
    if (this.#context.tier.keepsRecords) this.#kind ??= kindOffered(offer);
    // What was paid in advance is gone: asking others as well would only pay twice.
    const pace = isPrepaid(this.#context, offer) ? undefined : this.#pace?.voice();
    let outcome: Outcome | undefined;
    try {
      const first = this.#start(offer, pace);
      outcome = await this.#examined(await (pace === undefined ? first.outcome : this.#race(first, pace, distinct)));
    } catch (thrown) {
      return this.#tell({ thrown });
    }
    this.#seated.delete(seat);
    if (outcome instanceof Voice) {
      if (this.#isOver || (this.#takesOwn && this.voices.length > 0)) return outcome.reject('late');
      this.voices.push(outcome);
    }
    this.#tell('changed');
  }

  #race(first: Attempt, pace: VoicePace, distinct: boolean): Promise<Outcome | undefined> {
    return race(first, {
      clock: this.#context.clock,
      pace,
      another: () => {
        const wanted = { ...this.#wanted(distinct), affordableMsat: this.#affordableMsat };
        const offer = this.#controller.signal.aborted ? undefined : this.#choice.takeNow(wanted);
        return offer === undefined ? undefined : this.#start(offer, pace, first.queryId);
      },
      isAnswer: (outcome) => outcome instanceof Voice,
      goLocal: () => this.#goLocal(),
      lost: (outcome) => this.#keep(rejectLate(outcome)),
    });
  }

  /** Providers take too long: our own answer counts beside theirs, or it is for the panel to say. */
  #goLocal(): void {
    if (this.#takesOwn) this.#keep(this.#sitDown());
    else this.#isLate = true;
    this.#tell('changed');
  }

  /** Our own answer, as one more voice. */
  async #sitDown(): Promise<void> {
    const { emitter, local } = this.#context;
    const attempt = this.#attempts++;
    this.#seated.set(attempt, { provider: local.name, cluster: local.name });
    void emitter.emit({ type: 'FallbackLocal', chunk: this.#fragment.index, reason: 'late' });
    const own = await this.#examined(await askLocal(this.#context, this.#fragment, attempt, this.#controller.signal));
    this.#seated.delete(attempt);
    if (own instanceof Voice && this.voices.length === 0) this.voices.push(own);
    this.#tell('changed');
  }

  /** Asks one provider, whose slot is taken. @param of the query that is late */
  #start(offer: Offer, pace: VoicePace | undefined, of?: string): Attempt {
    const attempt = this.#attempts++;
    const queryId = queryIdOf(this.#context, this.#fragment.index, attempt);
    const patience = new Patience(this.#context.clock);
    const job = this.#context.pace.ask(offer.provider, this.#fragment.text.length);
    pace?.watch(job);
    const hedge = of === undefined ? {} : { hedgeOf: of };
    const question = { fragment: this.#fragment, offer, queryId, attempt, patience, job, ...hedge };
    this.#out.add(patience);
    const outcome = this.#ask(question).finally(() => this.#out.delete(patience));
    return { queryId, outcome, cancel: () => patience.withdraw(WITHDRAWN) };
  }

  /** How it went with a provider; undefined when it could not be paid. */
  async #ask(question: TimedQuestion): Promise<Outcome | undefined> {
    const { provider } = question.offer;
    const cluster = clusterOf(question.offer);
    this.#tried.add(provider);
    this.#clusters.add(cluster);
    let outcome: Outcome | undefined;
    try {
      outcome = await askWithSlot(this.#context, this.#market, this.#choice, question);
    } catch (thrown) {
      if (!(thrown instanceof PylonError && thrown.code === 'budget-exhausted')) throw thrown;
      if (question.hedgeOf === undefined) this.#lack('budget-exhausted');
    }
    if (outcome === 'unpaid' && (await payFirst(this.#context, provider))) this.#tried.delete(provider);
    if (outcome instanceof Voice) return outcome;
    this.#clusters.delete(cluster);
    if (outcome !== undefined && question.patience.withdrawal === undefined) this.#failed(outcome);
    return outcome;
  }

  /** Has a voice pass the gate of the tier; what does not is not paid. */
  async #examined(outcome: Outcome | undefined): Promise<Outcome | undefined> {
    const { gate } = this.#context;
    if (!(outcome instanceof Voice) || gate === undefined) return outcome;
    const examined = await gate.examine(this.#fragment.index, outcome, this.#controller.signal);
    if (examined === 'passed') return outcome;
    if (examined === 'unavailable') this.#lack('verification-unavailable');
    await outcome.reject(examined === 'failed' ? 'refuted' : 'verification-unavailable');
    this.#failed('failed');
    return 'failed';
  }

  #failed(outcome: 'failed' | 'silent' | 'unpaid'): void {
    this.#failures++;
    if (this.#shortage !== 'verification-unavailable')
      this.reason = outcome === 'silent' ? 'job-timeout' : 'job-failed';
  }

  #lack(shortage: Shortage): void {
    this.#shortage = shortage;
    if (this.#failures === 0 || shortage !== 'no-providers') this.reason = shortage;
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
