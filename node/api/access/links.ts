// One-time links into the dashboard: whoever has the token makes one, the first browser that opens it is let in. A link that
// is opened by two ends the session of the first: a code read off a screen or a process list gains nothing for long.
import { createHash } from 'node:crypto';
import type { Clock, Random } from '../../../conductor/ports.ts';
import { PylonError } from '../../../protocol/errors.ts';
import type { Sessions } from './sessions.ts';

/** Enough to change to the browser, too short to be found later. */
export const LINK_SECONDS = 60;
/** Links that wait; one more forgets the oldest. */
const LINKS_MAX = 32;
const CODE_BYTES = 32;

interface Link {
  readonly expiresMs: number;
  /** Id of the session it began; undefined as long as nobody used it. */
  session?: string;
}

export class Links {
  readonly #sessions: Sessions;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #random: Random;
  /** sha256 of the code → link, oldest first. */
  readonly #links = new Map<string, Link>();

  constructor(sessions: Sessions, clock: Pick<Clock, 'now'>, random: Random) {
    this.#sessions = sessions;
    this.#clock = clock;
    this.#random = random;
  }

  /** A new code, good once within `LINK_SECONDS`. */
  make(): { readonly code: string; readonly expiresMs: number } {
    this.#forgetExpired();
    for (const digest of this.#links.keys()) {
      if (this.#links.size < LINKS_MAX) break;
      this.#links.delete(digest);
    }
    const code = Buffer.from(this.#random.bytes(CODE_BYTES)).toString('hex');
    const expiresMs = this.#clock.now() + LINK_SECONDS * 1_000;
    this.#links.set(digestOf(code), { expiresMs });
    return { code, expiresMs };
  }

  /**
   * Lets in who has the code. The browser that it let in may show it again: a page is reloaded.
   * @param present the session that the browser already has
   * @returns the session's value. @throws PylonError `link-used-up`
   */
  enter(code: string, present: string | undefined): string {
    this.#forgetExpired();
    const digest = digestOf(code);
    const link = this.#links.get(digest);
    if (link === undefined) throw new PylonError('link-used-up');
    if (link.session === undefined) {
      const value = this.#sessions.begin();
      link.session = this.#sessions.idOf(value);
      return value;
    }
    if (present !== undefined && this.#sessions.idOf(present) === link.session && this.#sessions.holds(present))
      return present;
    this.#links.delete(digest);
    this.#sessions.end(link.session);
    throw new PylonError('link-used-up', {
      reason: 'the link was opened by two browsers, so both are logged out',
    });
  }

  #forgetExpired(): void {
    const now = this.#clock.now();
    for (const [digest, { expiresMs }] of this.#links) if (expiresMs <= now) this.#links.delete(digest);
  }
}

function digestOf(code: string): string {
  return createHash('sha256').update(code).digest('hex');
}
