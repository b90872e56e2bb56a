// The wallet at a glance: what it told last. A wallet may be far away or gone, and a page that shows its balance beside other
// things must not wait for it.
import type { Clock } from '../../conductor/ports.ts';
import type { WalletReport } from '../../protocol/money-report.ts';
import type { EngineMoney } from '../engine/money-port.ts';

/** What is younger is not asked again. */
const AGE_MS = 5_000;
/** Longer nobody waits for the wallet; it is known the next time. */
const PATIENCE_MS = 400;

export class WalletGlance {
  readonly #money: Pick<EngineMoney, 'wallet'>;
  readonly #clock: Clock;
  #known: WalletReport | null = null;
  #knownMs = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | undefined;

  constructor(money: Pick<EngineMoney, 'wallet'>, clock: Clock) {
    this.#money = money;
    this.#clock = clock;
  }

  /** Null when it never answered, or failed the last time. */
  async look(): Promise<WalletReport | null> {
    if (this.#clock.now() - this.#knownMs < AGE_MS) return this.#known;
    this.#asking ??= this.#ask();
    await this.#forAMoment(this.#asking);
    return this.#known;
  }

  async #ask(): Promise<void> {
    try {
      this.#known = await this.#money.wallet();
    } catch {
      this.#known = null; // why it fails is told where somebody asks for the wallet itself
    }
    this.#knownMs = this.#clock.now();
    this.#asking = undefined;
  }

  #forAMoment(asking: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(PATIENCE_MS, resolve);
      void asking.then(() => {
        cancel();
        resolve();
      });
    });
  }
}
