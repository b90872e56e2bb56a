// Cancels, a few at a time: when a run ends, everything in flight is withdrawn at once, and one event can say so.
import type { Clock } from '../../conductor/ports.ts';
import { encodeCancel } from '../../protocol/job.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import type { RelayPool } from '../pool/relay-pool.ts';

const GATHER_MS = 20;
const IDS_MAX = 200;

export class CancelBatch {
  readonly #init: { pool: RelayPool; keys: KeyPair; clock: Clock; log: (line: string) => void };
  #ids = new Set<string>();
  /** Named, so that a provider knows a cancel as its own even when it overtakes the request. */
  #providers = new Set<string>();
  #cancelTimer: (() => void) | undefined;
  #sent: Promise<void> = Promise.resolve();

  constructor(init: { pool: RelayPool; keys: KeyPair; clock: Clock; log: (line: string) => void }) {
    this.#init = init;
  }

  add(requestId: string, provider: string): void {
    this.#ids.add(requestId);
    this.#providers.add(provider);
    if (this.#ids.size >= IDS_MAX) void this.flush();
    else this.#cancelTimer ??= this.#init.clock.after(GATHER_MS, () => void this.flush());
  }

  /** Settles when a relay has every cancel so far, or none would have it, which is logged: the jobs then expire. */
  flush(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#ids.size === 0) return this.#sent;
    const { pool, keys, clock, log } = this.#init;
    const template = encodeCancel([...this.#ids], Math.floor(clock.now() / 1_000));
    const event = keys.sign({
      ...template,
      tags: [...template.tags, ...[...this.#providers].map((key) => ['p', key])],
    });
    this.#providers.clear();
    const jobs = this.#ids.size;
    this.#ids.clear();
    const sent = pool.publish(event).catch((thrown) => log(`${jobs} jobs could not be cancelled: ${String(thrown)}`));
    this.#sent = Promise.all([this.#sent, sent]).then(() => undefined);
    return this.#sent;
  }
}
