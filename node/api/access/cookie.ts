// The session cookie: out of reach of scripts, never sent from another site.
import { SESSION_SECONDS, type Sessions } from './sessions.ts';

/** More than a browser sends to one machine; what is behind it is not looked at. */
const HEADER_CHARS_MAX = 16_384;

function nameOf(sessions: Sessions): string {
  return `pylon_session_${sessions.homeMark}`;
}

// No `Secure`: loopback is plain HTTP, and not every browser makes an exception for it.
const ATTRIBUTES = 'Path=/; HttpOnly; SameSite=Strict';

/** The session that a `Cookie` header carries, whether or not it is one of ours. */
export function sessionIn(header: string | undefined, sessions: Sessions): string | undefined {
  const wanted = `${nameOf(sessions)}=`;
  for (const part of (header ?? '').slice(0, HEADER_CHARS_MAX).split(';')) {
    const pair = part.trim();
    if (pair.startsWith(wanted)) return pair.slice(wanted.length);
  }
  return undefined;
}

/** A `Set-Cookie` header that begins a session. */
export function cookieOf(value: string, sessions: Sessions): string {
  return `${nameOf(sessions)}=${value}; ${ATTRIBUTES}; Max-Age=${SESSION_SECONDS}`;
}

/** A `Set-Cookie` header that ends it. */
export function noCookie(sessions: Sessions): string {
  return `${nameOf(sessions)}=; ${ATTRIBUTES}; Max-Age=0`;
}
