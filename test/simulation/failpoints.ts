// Numbers every write of a store, every publish and every call of a wallet or a provider's counter that this process makes, and
// ends the process before, in or after one of them, or lets a write fail. It is put round the classes from outside: the
// code that is tried knows nothing of it.
import { type Row, Store } from '../../ledger/store/store.ts';
import { RelayPool } from '../../node/pool/relay-pool.ts';
import { SwarmMarket } from '../../node/swarm/market.ts';
import { NwcClient } from '../../node/wallet/nwc-client.ts';
import { PylonError } from '../../protocol/errors.ts';

/** `during`: it was called, and what comes of it is not known yet. The last two apply to writes of a store only. */
export const MOMENTS = ['before', 'during', 'after', 'fails', 'fails after'] as const;
export type Moment = (typeof MOMENTS)[number];

export interface Failpoint {
  /** From 1. */
  readonly point: number;
  readonly moment: Moment;
}

const WALLET_CALLS = ['preparePayment', 'pay', 'lookupInvoice', 'getInfo', 'getBalance', 'makeInvoice'] as const;

type Call = (...parameters: unknown[]) => unknown;

function wrap(target: object, method: string, around: (call: () => unknown) => unknown): void {
  const methods = target as Record<string, Call>;
  const original = methods[method] as Call;
  methods[method] = function (this: unknown, ...parameters) {
    return around(() => original.apply(this, parameters));
  };
}

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

export class Failpoints {
  /** What each point was, in order. */
  readonly passed: string[] = [];
  readonly #at: Failpoint | undefined;

  readonly #nameOf: (rows: readonly Row[]) => string;

  /**
   * @param at where the process ends; it only counts when absent
   * @param nameOf what a write is called, as it begins with `write`
   */
  constructor(at?: Failpoint, nameOf: (rows: readonly Row[]) => string = () => 'write') {
    this.#at = at;
    this.#nameOf = nameOf;
  }

  install(): void {
    const points = this;
    const { exclusive } = Store.prototype;
    Store.prototype.exclusive = function (task) {
      return exclusive.call(this, (write) =>
        task((rows, options) => points.#pass(points.#nameOf(rows), () => write(rows, options)) as Promise<void>),
      ) as ReturnType<typeof task>;
    };
    for (const method of WALLET_CALLS) wrap(NwcClient.prototype, method, (call) => points.#pass(method, call));
    wrap(RelayPool.prototype, 'publish', (call) => points.#pass('publish', call));
    wrap(SwarmMarket.prototype, 'requestInvoice', (call) => points.#pass('requestInvoice', call));
  }

  #pass(name: string, call: () => unknown): unknown {
    this.passed.push(name);
    const moment = this.passed.length === this.#at?.point ? this.#at.moment : undefined;
    if (moment === undefined) return call();
    if (moment === 'before') die();
    if (moment === 'fails' && name.startsWith('write')) return Promise.reject(failedWrite());
    const outcome = call();
    if (moment === 'during') die();
    if (!(outcome instanceof Promise)) {
      if (moment === 'after') die();
      return outcome;
    }
    return outcome.then((value) => {
      if (moment === 'after') die();
      if (moment === 'fails after' && name.startsWith('write')) throw failedWrite();
      return value;
    });
  }
}

function failedWrite(): PylonError {
  return new PylonError('store-failed', { reason: 'the disk is full, says the simulation' });
}
