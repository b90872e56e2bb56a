// What a prediction may still use. One meter for it and all its children: charged before each call, and what does not fit is refused
// before anything is asked. A child may have tighter limits of its own; its charges count for its parents too.
import { PylonError } from '../../protocol/errors.ts';
import {
  LIMIT_NAMES,
  type LimitName,
  type PredictLimits,
  type PredictUsage,
  USED_BY,
} from '../../protocol/predict-budgets.ts';
import type { Clock } from '../ports.ts';
import type { Meter, MeteredLimit } from './options.ts';

export class PredictBudget implements Meter {
  readonly #own: PredictLimits;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #parent: PredictBudget | undefined;
  readonly #startedMs: number;
  readonly #used = new Map<MeteredLimit, number>();
  readonly #hit = new Set<LimitName>();

  /** Its time begins now. */
  constructor(limits: PredictLimits, clock: Pick<Clock, 'now'>, parent?: PredictBudget) {
    this.#own = limits;
    this.#clock = clock;
    this.#parent = parent;
    this.#startedMs = clock.now();
  }

  /** A meter for a part of this prediction: what it charges is charged here too, or nowhere. */
  child(limits: PredictLimits = {}): PredictBudget {
    return new PredictBudget(limits, this.#clock, this);
  }

  /** The limits in force: for each kind the tightest of its own and its parents'. */
  get limits(): PredictLimits {
    return tightest(this.#own, this.#parent?.limits ?? {});
  }

  /**
   * Takes `amount` (whole, not negative) off what is left, at once for this meter and its parents.
   * @throws PylonError `budget-limit-reached` naming the limit when it does not fit or the time is over; nothing is charged then
   */
  charge(kind: MeteredLimit, amount = 1): void {
    this.check();
    const left = this.#left(kind);
    if (!(amount <= left)) throw this.#refuse(kind, left);
    this.#add(kind, amount);
  }

  /**
   * Charges as much of `wanted` as is left.
   * @returns what was charged, at least 1
   * @throws PylonError `budget-limit-reached` when nothing is left
   */
  take(kind: MeteredLimit, wanted: number): number {
    this.check();
    const left = this.#left(kind);
    if (left < 1) throw this.#refuse(kind, left);
    const taken = Math.min(wanted, left);
    this.#add(kind, taken);
    return taken;
  }

  /** Counts what somebody else allowed, and keeps account of: it is never refused here. */
  note(kind: MeteredLimit, amount: number): void {
    this.#add(kind, amount);
  }

  /** What was charged and not used after all: an answer that was shorter, sats that were released. */
  giveBack(kind: MeteredLimit, amount: number): void {
    this.#used.set(kind, Math.max(0, (this.#used.get(kind) ?? 0) - amount));
    this.#parent?.giveBack(kind, amount);
  }

  /** @throws PylonError `budget-limit-reached` when the time is over */
  check(): void {
    const left = this.remaining().maxTimeMs;
    if (left !== undefined && left <= 0) throw this.#refuse('maxTimeMs', 0);
  }

  /** What is left of each limit in force; a kind without a limit is absent. */
  remaining(): PredictLimits {
    const left: PredictLimits = {};
    for (const name of LIMIT_NAMES) {
      const limit = this.#own[name];
      if (limit !== undefined) left[name] = Math.max(0, limit - this.#usedOf(name));
    }
    return tightest(left, this.#parent?.remaining() ?? {});
  }

  /** The limits that refused something so far, those of parents that it ran into included. */
  hit(): LimitName[] {
    return LIMIT_NAMES.filter((name) => this.#hit.has(name));
  }

  /** Notes a limit that stopped something without a charge: a deadline that ended a call. */
  noteHit(name: LimitName): PylonError {
    return this.#refuse(name, 0);
  }

  /** What was charged here, by children too. */
  usage(): PredictUsage {
    const usage = { timeMs: 0, lmCalls: 0, toolCalls: 0, outputChars: 0, rlmIterations: 0, subLmCalls: 0, msat: 0 };
    for (const name of LIMIT_NAMES) usage[USED_BY[name]] = this.#usedOf(name);
    return usage;
  }

  #usedOf(name: LimitName): number {
    if (name !== 'maxTimeMs') return this.#used.get(name) ?? 0;
    return Math.max(0, Math.floor(this.#clock.now() - this.#startedMs));
  }

  #left(kind: MeteredLimit): number {
    return this.remaining()[kind] ?? Number.MAX_SAFE_INTEGER;
  }

  #add(kind: MeteredLimit, amount: number): void {
    if (!Number.isSafeInteger(amount) || amount < 0)
      throw new PylonError('internal', { value: String(amount), reason: `no amount of ${kind} to charge` });
    this.#used.set(kind, Math.min(Number.MAX_SAFE_INTEGER, (this.#used.get(kind) ?? 0) + amount));
    if (this.#parent !== undefined) this.#parent.#add(kind, amount);
  }

  /** The meters whose limit it is are told too: theirs is the one that was reached. */
  #refuse(name: LimitName, left: number): PylonError {
    this.#hit.add(name);
    for (let meter = this.#parent; meter !== undefined; meter = meter.#parent) {
      const limit = meter.#own[name];
      if (limit !== undefined && limit - meter.#usedOf(name) <= left) meter.#hit.add(name);
    }
    return new PylonError('budget-limit-reached', { value: `${name} ${this.limits[name] ?? 0}` });
  }
}

function tightest(one: PredictLimits, other: PredictLimits): PredictLimits {
  const limits: PredictLimits = {};
  for (const name of LIMIT_NAMES) {
    const [left, right] = [one[name], other[name]];
    if (left !== undefined || right !== undefined) limits[name] = Math.min(left ?? Infinity, right ?? Infinity);
  }
  return limits;
}
