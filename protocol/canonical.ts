// Canonical JSON: one spelling for equal data, so that hashes can be compared (RFC 8785's rules for
// objects, arrays and strings; numbers as JavaScript prints them, which is what the RFC asks for).
import { PylonError } from './errors.ts';
import { sha256Hex } from './hex.ts';
import { NESTING_MAX } from './limits.ts';

/**
 * Keys sorted by UTF-16 code units, no white space; `undefined` members are left out.
 * @throws PylonError `result-invalid` for what is nested deeper than any of our formats
 */
export function canonicalJson(value: unknown, depth = 0): string {
  if (depth > NESTING_MAX)
    throw new PylonError('result-invalid', { reason: `the output is nested deeper than ${NESTING_MAX} levels` });
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  let inner = '';
  if (Array.isArray(value)) {
    for (const item of value)
      inner += `${inner === '' ? '' : ','}${canonicalJson(item === undefined ? null : item, depth + 1)}`;
    return `[${inner}]`;
  }
  for (const key of Object.keys(value).sort()) {
    const member = (value as Record<string, unknown>)[key];
    if (member === undefined) continue;
    inner += `${inner === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(member, depth + 1)}`;
  }
  return `{${inner}}`;
}

/** sha256 of the canonical JSON. */
export function canonicalHash(value: unknown): string {
  return sha256Hex(canonicalJson(value));
}
