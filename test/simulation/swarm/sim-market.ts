// The market of a simulated swarm. It keeps the promises of the port and no others: answers come late, twice, out of order or
// never, withdrawn jobs are answered all the same, and signs of life come from the dead.
import type { Ask, AskOptions, Market, MarketReply } from '../../../conductor/ports.ts';
import { PylonError } from '../../../protocol/errors.ts';
import type { Offer } from '../../../protocol/handler.ts';
import {
  ANNOUNCEMENT_SECONDS,
  FUTURE_SECONDS_MAX,
  JOB_ENVELOPE_BYTES,
  LATE_COST_MS,
  PROCESSING_AFTER_MS,
  PROCESSING_EVERY_MS,
} from '../../../protocol/limits.ts';
import { msat } from '../../../protocol/money.ts';
import { ENGINE_NAME, NO_USAGE } from '../../../protocol/signature.ts';
import type { VirtualClock } from '../../support/virtual-clock.ts';
import type { SimAnswer } from './answers.ts';
import type { Deed, Minds } from './behaviours.ts';
import type { SimNetwork } from './network.ts';
import type { Citizen, Population } from './population.ts';
import type { Scenario } from './scenario.ts';
import type { Stream } from './streams.ts';

/** Told of what only the simulation knows. */
export interface Witness {
  isCanary(ask: Ask): boolean;
  /** A provider has made its answer; it may never arrive. */
  answered(ask: Ask, citizen: Citizen, answer: SimAnswer): void;
}

export interface SimMarketParts {
  readonly clock: VirtualClock;
  readonly scenario: Scenario;
  readonly population: Population;
  readonly network: SimNetwork;
  readonly minds: Minds;
  /** Service times and stragglers. */
  readonly pace: Stream;
  readonly witness: Witness;
}

const NOBODY: readonly Offer[] = [];
/** A refusal is quicker than work. */
const REFUSAL_MS = 1;

/** One job on its way: what is told to the conductor once, however often the network says it. */
class Errand {
  readonly promise: Promise<MarketReply>;
  readonly #signal: AbortSignal;
  readonly #stops: (() => void)[] = [];
  #resolve: (reply: MarketReply) => void = () => undefined;
  #reject: (reason: unknown) => void = () => undefined;
  isOver = false;

  constructor(signal: AbortSignal, onWithdrawn: () => void) {
    this.#signal = signal;
    const withdraw = () => {
      if (!this.fail(new PylonError('job-cancelled', { cause: signal.reason }))) return;
      onWithdrawn();
    };
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    signal.addEventListener('abort', withdraw, { once: true });
    this.#stops.push(() => signal.removeEventListener('abort', withdraw));
  }

  /** Called when it is over, however it ends. */
  stops(stop: () => void): void {
    this.#stops.push(stop);
  }

  answer(reply: MarketReply): boolean {
    return this.#end(() => this.#resolve(reply));
  }

  fail(error: PylonError): boolean {
    return this.#end(() => this.#reject(error));
  }

  get isWithdrawn(): boolean {
    return this.#signal.aborted;
  }

  #end(tell: () => void): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    for (const stop of this.#stops) stop();
    tell();
    return true;
  }
}

export class SimMarket implements Market {
  /** Results that came when nobody waited for them any more. */
  strays = 0;
  readonly #parts: SimMarketParts;
  /** By the providers' clock, which is right. */
  readonly #beganMs: number;
  #asked = 0;

  constructor(parts: SimMarketParts) {
    this.#parts = parts;
    this.#beganMs = parts.clock.steadyMs;
  }

  /** By a clock that is far ahead every announcement has expired. */
  offers(): readonly Offer[] {
    const { clock, population } = this.#parts;
    return clock.aheadMs >= ANNOUNCEMENT_SECONDS * 1_000 ? NOBODY : population.offers();
  }

  async ask(ask: Ask, options: AskOptions): Promise<MarketReply> {
    const { network, population, clock, minds, witness } = this.#parts;
    if (options.signal.aborted) throw new PylonError('job-cancelled', { cause: options.signal.reason });
    const bytes = ask.request.text.length + JOB_ENVELOPE_BYTES;
    if (bytes > network.messageBytesMax) throw new PylonError('event-too-large', { value: `${bytes} bytes` });
    if (clock.aheadMs > FUTURE_SECONDS_MAX * 1_000)
      throw new PylonError('relay-refused', { reason: 'invalid: created_at is in the future' });
    const nowMs = clock.steadyMs;
    if (!network.takes(nowMs)) throw new PylonError('relay-refused', { reason: 'rate-limited: too many events' });
    const requestId = (this.#asked++).toString(16).padStart(64, '0');
    const citizen = population.find(ask.offer.provider);
    let endsAtMs = 0;
    const errand = new Errand(options.signal, () => {
      if (citizen !== undefined) population.free(citizen, endsAtMs, clock.steadyMs);
      this.#tellCost(options);
    });
    const arrival = network.deliveries(citizen?.region ?? 0, nowMs - this.#beganMs)[0];
    if (citizen === undefined || arrival === undefined) return errand.promise;
    const job = { text: ask.request.text, chunk: ask.request.chunk, isCanary: witness.isCanary(ask) };
    const deed = minds.decide(citizen, job);
    if (deed.kind === 'nothing') return errand.promise;
    const serviceMs = deed.kind === 'refuse' ? REFUSAL_MS : this.#serviceMs(citizen);
    const begunMs = nowMs + arrival;
    endsAtMs = deed.kind === 'acks' ? Number.POSITIVE_INFINITY : population.occupy(citizen, begunMs, serviceMs);
    if (deed.kind === 'answer' && deed.answers[0] !== undefined) witness.answered(ask, citizen, deed.answers[0]);
    this.#acknowledge(errand, citizen, begunMs, endsAtMs, options);
    this.#deliver(errand, citizen, ask, requestId, deed, endsAtMs);
    return errand.promise;
  }

  #serviceMs(citizen: Citizen): number {
    const { pace, scenario } = this.#parts;
    const factor = pace.chance(scenario.stragglers) ? scenario.stragglerFactor : 1;
    return pace.around(citizen.serviceMs, scenario.serviceSpread) * factor;
  }

  /** `processing`, after half a second and then every three, until the work is done. */
  #acknowledge(errand: Errand, citizen: Citizen, begunMs: number, endsAtMs: number, options: AskOptions): void {
    const { clock, network } = this.#parts;
    let saysAtMs = begunMs + PROCESSING_AFTER_MS;
    const next = () => {
      if (saysAtMs >= endsAtMs) return;
      const cancel = clock.after(saysAtMs - clock.steadyMs, () => {
        for (const delayMs of network.deliveries(citizen.region, clock.steadyMs - this.#beganMs))
          errand.stops(clock.after(delayMs, () => options.onSignOfLife()));
        saysAtMs += PROCESSING_EVERY_MS;
        next();
      });
      errand.stops(cancel);
    };
    next();
  }

  /** The result goes on its way when the work is done, whether or not anybody waits for it. */
  #deliver(errand: Errand, citizen: Citizen, ask: Ask, requestId: string, deed: Deed, endsAtMs: number): void {
    const { clock, network } = this.#parts;
    if (deed.kind === 'acks' || deed.kind === 'nothing') return;
    const send = (delayMs: number) => {
      if (deed.kind === 'refuse') {
        clock.after(delayMs, () => errand.fail(new PylonError('job-failed')));
        return;
      }
      for (const [nth, answer] of deed.answers.entries())
        clock.after(delayMs + nth, () => {
          if (!errand.answer(replyOf(ask, requestId, answer, deed.claimFactor))) this.strays++;
        });
    };
    clock.after(endsAtMs - clock.steadyMs, () => {
      for (const delayMs of network.deliveries(citizen.region, clock.steadyMs - this.#beganMs)) send(delayMs);
    });
  }

  /** A withdrawn job's provider says what it had cost, twice where the relay repeats it. */
  #tellCost({ onLateCost }: AskOptions): void {
    if (onLateCost === undefined) return;
    const { clock, pace } = this.#parts;
    clock.after(pace.between(0, LATE_COST_MS), () => onLateCost(NO_USAGE));
  }
}

function replyOf(ask: Ask, requestId: string, answer: SimAnswer, claimFactor: number): MarketReply {
  const { provider } = ask.offer;
  const result = {
    v: 1 as const,
    request_id: requestId,
    nonce: ask.request.nonce,
    provider,
    output: answer.output,
    output_hash: answer.outputHash,
    usage: NO_USAGE,
    model: ENGINE_NAME,
  };
  return { requestId, provider, result, amountMsat: msat(ask.bidMsat * claimFactor) };
}
