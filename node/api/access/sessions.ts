// Browsers that are let in. A session is a random value that only the browser has; this home keeps its HMAC under the token,
// in a file, so that a restart logs nobody out, a copy of the file lets nobody in, and a new token ends every session.
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { Clock, Random } from '../../../conductor/ports.ts';
import { toPylonError } from '../../../protocol/errors.ts';
import { readPrivateFile, writePrivateFile } from '../../home.ts';

/** A month: whoever looks at the dashboard at least that often asks for a link once in a month. */
export const SESSION_SECONDS = 30 * 24 * 3_600;
/** Browsers of one person on one machine; one more forgets the oldest. */
const SESSIONS_MAX = 64;
const VALUE_BYTES = 32;

const fileSchema = z.object({
  v: z.literal(1),
  sessions: z.array(z.object({ mac: z.string().regex(/^[0-9a-f]{64}$/), expires_ms: z.number() })).max(SESSIONS_MAX),
});

export interface SessionsOptions {
  readonly token: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Random;
  /** Where they are kept; in memory alone when absent. */
  readonly path?: string;
  readonly log: (line: string) => void;
}

export class Sessions {
  readonly #options: SessionsOptions;
  /** HMAC of the value → when it ends; oldest first. */
  readonly #expiries = new Map<string, number>();
  #kept: Promise<void> = Promise.resolve();

  private constructor(options: SessionsOptions) {
    this.#options = options;
  }

  /** With the sessions that the file holds; a file that is not one of ours holds none. */
  static async open(options: SessionsOptions): Promise<Sessions> {
    const sessions = new Sessions(options);
    if (options.path !== undefined) await sessions.#read(options.path);
    return sessions;
  }

  async #read(path: string): Promise<void> {
    try {
      const text = await readPrivateFile(path);
      if (text === undefined) return;
      for (const { mac, expires_ms } of fileSchema.parse(JSON.parse(text)).sessions)
        this.#expiries.set(mac, expires_ms);
    } catch (thrown) {
      this.#options.log(
        `dashboard: sessions are not read, so everybody is logged out: ${toPylonError(thrown).message}`,
      );
    }
  }

  /** Part of the cookie's name: a browser sends the cookies of one machine to all its ports, so those of two homes must differ. */
  get homeMark(): string {
    return this.#mac('home').slice(0, 8);
  }

  /** Lets a browser in. @returns the value of its cookie */
  begin(): string {
    const value = Buffer.from(this.#options.random.bytes(VALUE_BYTES)).toString('hex');
    this.#forgetExpired();
    for (const mac of this.#expiries.keys()) {
      if (this.#expiries.size < SESSIONS_MAX) break;
      this.#expiries.delete(mac);
    }
    this.#expiries.set(this.idOf(value), this.#options.clock.now() + SESSION_SECONDS * 1_000);
    this.#keep();
    return value;
  }

  /** What tells a session from others without being it. */
  idOf(value: string): string {
    return this.#mac(`session/${value}`);
  }

  holds(value: string): boolean {
    return (this.#expiries.get(this.idOf(value)) ?? 0) > this.#options.clock.now();
  }

  /** Logs a browser out. */
  end(id: string): void {
    if (this.#expiries.delete(id)) this.#keep();
  }

  /** Resolves when the file says what is true now. */
  async close(): Promise<void> {
    await this.#kept;
  }

  #mac(text: string): string {
    return createHmac('sha256', this.#options.token).update(`pylon/${text}`).digest('hex');
  }

  #forgetExpired(): void {
    const now = this.#options.clock.now();
    for (const [mac, expiresMs] of this.#expiries) if (expiresMs <= now) this.#expiries.delete(mac);
  }

  /** Behind what was kept before. A full disk costs only that a restart logs out. */
  #keep(): void {
    const { path, log } = this.#options;
    if (path === undefined) return;
    this.#kept = this.#kept
      .then(() => {
        const sessions = [...this.#expiries].map(([mac, expires_ms]) => ({ mac, expires_ms }));
        return writePrivateFile(path, `${JSON.stringify({ v: 1, sessions })}\n`);
      })
      .catch((thrown: unknown) => log(`dashboard: sessions end with this process: ${toPylonError(thrown).message}`));
  }
}
