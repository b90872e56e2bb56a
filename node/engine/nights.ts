// The nights of this process: begun or gone on with, one of a signature at a time, followed to their end.
import type { Clock, Random } from '../../conductor/ports.ts';
import { catalogueEntry } from '../../conductor/signatures/catalogue.ts';
import { checkNight } from '../../dse/overnight/dangling.ts';
import { newNight, takeSteps } from '../../dse/overnight/night.ts';
import { Nights } from '../../ledger/dse/nights.ts';
import type { Store } from '../../ledger/store/store.ts';
import { notKept } from '../../ledger/volatile/runs.ts';
import { isLive } from '../../protocol/dse/canary-fold.ts';
import {
  NIGHTS_PAGE_MAX,
  type Night,
  type NightCheck,
  type NightPage,
  type NightRequest,
  type NightSelection,
} from '../../protocol/dse/overnight.ts';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import { ulid } from '../../protocol/ulid.ts';
import { gitSha } from '../version.ts';
import { idLookUp, type NightEngine, nightDesks } from './night-desks.ts';
import type { NightDesk, StartedNight } from './night-port.ts';

export interface NightsParts {
  readonly options: { readonly clock: Clock; readonly random: Random; readonly notice: (line: string) => void };
  readonly store: Store;
  readonly engine: NightEngine;
}

interface Running {
  readonly controller: AbortController;
  readonly finished: Promise<Night>;
}

export class LocalNights implements NightDesk {
  readonly #options: NightsParts['options'];
  readonly #nights: Nights;
  readonly #engine: NightEngine;
  /** By id. */
  readonly #running = new Map<string, Running>();
  /** Signatures that are being worked on. */
  readonly #taken = new Set<string>();

  constructor({ options, store, engine }: NightsParts) {
    this.#options = options;
    this.#nights = new Nights(store);
    this.#engine = engine;
  }

  async start(request: NightRequest, signal: AbortSignal): Promise<StartedNight> {
    const { signatureId } = request;
    if (catalogueEntry(signatureId) === undefined) throw new PylonError('signature-unknown', { value: signatureId });
    if (this.#taken.has(signatureId))
      throw new PylonError('night-refused', {
        value: signatureId,
        reason: 'a night of this signature goes on',
        next: 'see `pylon dse nights`',
      });
    this.#taken.add(signatureId);
    try {
      const [night, isResumed] = await this.#nightFor(request, signal);
      return { nightId: night.nightId, isResumed, finished: this.#run(night, signal) };
    } catch (thrown) {
      this.#taken.delete(signatureId);
      throw thrown;
    }
  }

  async stop(nightId: string): Promise<boolean> {
    const running = this.#running.get(nightId);
    running?.controller.abort(new PylonError('interrupted', { reason: 'the night was stopped' }));
    return running !== undefined;
  }

  async over(nightId: string): Promise<void> {
    await Promise.allSettled([this.#running.get(nightId)?.finished]);
  }

  read(nightId: string): Promise<Night> {
    return this.#nights.read(nightId);
  }

  list(selection: NightSelection): Promise<NightPage> {
    return this.#nights.list(selection);
  }

  async check(nightId: string): Promise<NightCheck> {
    return checkNight(await this.#nights.read(nightId), idLookUp(this.#engine));
  }

  /** Stops all where they are, to be gone on with. */
  async close(): Promise<void> {
    for (const nightId of this.#running.keys()) await this.stop(nightId);
    await Promise.allSettled([...this.#running.values()].map(({ finished }) => finished));
  }

  /** The one that was cut off; one whose window is over is closed, and a new one begun. */
  async #nightFor(request: NightRequest, signal: AbortSignal): Promise<[night: Night, isResumed: boolean]> {
    const { signatureId, untilMs } = request;
    const { clock, random } = this.#options;
    const { nights } = await this.#nights.list({ signature: signatureId, limit: NIGHTS_PAGE_MAX });
    const cutOff = nights.find(({ endedAtMs }) => endedAtMs === null);
    if (cutOff !== undefined && clock.now() < cutOff.window.untilMs) return [cutOff, true];
    if (cutOff !== undefined) await this.#take(cutOff, signal);
    if (untilMs <= clock.now())
      throw new PylonError('night-refused', { value: new Date(untilMs).toISOString(), reason: 'its window is over' });
    const running = (await this.#engine.canaries.list(signatureId)).find(isLive);
    if (running !== undefined)
      throw new PylonError('night-refused', {
        value: running.canaryId,
        reason: 'a canary of this signature runs',
        next: 'wait for its end, or stop it: `pylon dse canary stop`',
      });
    const nowMs = clock.now();
    const at = { nightId: ulid(nowMs, random.bytes(10)), nowMs, gitSha: (await gitSha()) ?? '' };
    const night = newNight(request, at, nights);
    await this.#nights.keep(night);
    return [night, false];
  }

  #run(night: Night, signal: AbortSignal): Promise<Night> {
    const { nightId, signatureId } = night;
    const controller = new AbortController();
    const finished = this.#take(night, AbortSignal.any([signal, controller.signal])).finally(() => {
      this.#running.delete(nightId);
      this.#taken.delete(signatureId);
    });
    // Who began it may be a request over the API that was answered long ago.
    finished.catch((thrown: unknown) => this.#options.notice(`night ${nightId}: ${toPylonError(thrown).message}`));
    this.#running.set(nightId, { controller, finished });
    return finished;
  }

  #take(night: Night, signal: AbortSignal): Promise<Night> {
    const { clock, notice } = this.#options;
    let told = night.steps.length;
    const keep = async (next: Night) => {
      await this.#nights.keep(next);
      for (const { step, status, note } of next.steps.slice(told))
        notice(`night ${next.nightId}: ${step} ${status}: ${note}`);
      told = next.steps.length;
    };
    return takeSteps({ clock, book: { keep }, desks: nightDesks(this.#engine) }, night, signal);
  }
}

const refused = () => Promise.reject(notKept());

/** Where nothing is kept. */
export const NO_NIGHTS: NightDesk = {
  start: refused,
  stop: refused,
  over: refused,
  read: refused,
  list: refused,
  check: refused,
};
