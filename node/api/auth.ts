// Who may use the API: whoever can read the token file (0600), or a browser that such a person let in; from this machine, and
// no web page of another origin. Host is checked too: a name that an attacker points at 127.0.0.1 is not ours (DNS rebinding).
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Random } from '../../conductor/ports.ts';
import { PylonError } from '../../protocol/errors.ts';
import { homePaths } from '../home.ts';
import { openSecret, readSecret } from '../secret-file.ts';
import { sessionIn } from './access/cookie.ts';
import type { Sessions } from './access/sessions.ts';

const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** The token of a home; undefined when it has none yet. */
export function readToken(home: string): Promise<string | undefined> {
  return readSecret(homePaths.token(home));
}

/** The token of a home, made when it has none. @throws PylonError `home-unwritable` */
export function openToken(home: string, random: Random): Promise<string> {
  return openSecret(homePaths.token(home), random);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Equality that takes the same time wherever the two differ. */
export function tokensMatch(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

/** The token of an `Authorization: Bearer` header. */
export function bearerOf(header: string | undefined): string | undefined {
  return /^Bearer ([\x21-\x7e]{1,256})$/i.exec(header ?? '')?.[1];
}

function isLoopbackHost(header: string | undefined): boolean {
  const name = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::\d{1,5})?$/i.exec(header ?? '')?.[1];
  return name !== undefined && LOOPBACK_NAMES.has(name.toLowerCase());
}

/** A page may call us only if we served it; programs send no Origin. */
function isOwnOrigin(origin: string | undefined, port: number): boolean {
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false; // "null" too: a sandboxed page is nobody's
  const url = new URL(origin);
  return url.protocol === 'http:' && LOOPBACK_NAMES.has(url.hostname) && Number(url.port || 80) === port;
}

/** @throws PylonError `origin-refused` */
export function checkAddress(request: Pick<IncomingMessage, 'headers'>, port: number): void {
  const { host, origin } = request.headers;
  if (!isLoopbackHost(host)) {
    throw new PylonError('origin-refused', { value: host ?? '', reason: 'the Host header is not this machine' });
  }
  if (!isOwnOrigin(origin, port)) {
    throw new PylonError('origin-refused', { value: origin ?? '', reason: 'the Origin header is another site' });
  }
}

/** What lets people in. */
export interface Keys {
  readonly token: string;
  readonly sessions: Sessions;
}

/** A program shows the token, a page its session. */
export type Proof = 'token' | 'session';

const READING = new Set(['GET', 'HEAD']);
/** What a browser says of a request that our own page, or the user's address bar, made. Old ones say nothing. */
const OWN_SITES: ReadonlySet<unknown> = new Set([undefined, 'same-origin', 'none']);

/**
 * Call `checkAddress` before. A cookie comes along whoever made the browser ask, so a request that has only that must also
 * have been made by our own page, and one that changes something must say so in its Origin.
 * @throws PylonError `unauthorized` | `origin-refused`
 */
export function admit(request: Pick<IncomingMessage, 'headers' | 'method'>, keys: Keys, port: number): Proof {
  const { headers, method = '' } = request;
  const given = bearerOf(headers.authorization);
  if (given !== undefined) {
    if (!tokensMatch(given, keys.token)) throw new PylonError('unauthorized');
    return 'token';
  }
  const session = sessionIn(headers.cookie, keys.sessions);
  if (session === undefined || !keys.sessions.holds(session)) throw new PylonError('unauthorized');
  if (!OWN_SITES.has(headers['sec-fetch-site']))
    throw new PylonError('origin-refused', { reason: 'another site made the browser ask' });
  if (!READING.has(method)) requireOwnOrigin(headers.origin, port);
  return 'session';
}

function requireOwnOrigin(origin: string | undefined, port: number): void {
  if (origin === undefined || !isOwnOrigin(origin, port))
    throw new PylonError('origin-refused', { value: origin ?? '', reason: 'a page must send its Origin' });
}

/**
 * The same for a WebSocket: browsers always send its Origin, and without it a cookie does not count.
 * @returns undefined when nothing was shown: the first message must then bring the token
 * @throws PylonError `unauthorized` | `origin-refused`
 */
export function admitUpgrade(request: Pick<IncomingMessage, 'headers'>, keys: Keys, port: number): Proof | undefined {
  checkAddress(request, port);
  const { headers } = request;
  const session = sessionIn(headers.cookie, keys.sessions);
  const showsSession = session !== undefined && keys.sessions.holds(session);
  if (bearerOf(headers.authorization) === undefined && !showsSession) return undefined;
  return admit({ headers, method: 'UPGRADE' }, keys, port);
}
