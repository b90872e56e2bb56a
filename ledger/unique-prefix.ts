// Run ids shortened to a prefix: which one is meant.
import { PylonError } from '../protocol/errors.ts';

/** Candidates named when a prefix is not unique. */
const CANDIDATES_NAMED = 5;
/** As many ids as must be found to say who is meant, or who might be. */
export const CANDIDATES_MAX = CANDIDATES_NAMED + 1;

const PREFIX = /^[0-9A-HJKMNP-TV-Z]{1,26}$/;

/** The prefix as ids are written, undefined when no id can begin with it. */
export function normalisePrefix(prefix: string): string | undefined {
  const upper = prefix.toUpperCase();
  return PREFIX.test(upper) ? upper : undefined;
}

/**
 * @param prefix as the user wrote it
 * @param ids those that begin with it, newest first; more than CANDIDATES_MAX need not be looked for
 * @throws PylonError `run-unknown` | `run-ambiguous`
 */
export function theOnly(ids: readonly string[], prefix: string): string {
  const [id] = ids;
  if (id === undefined) throw new PylonError('run-unknown', { value: prefix });
  if (ids.length === 1) return id;
  const more = ids.length > CANDIDATES_NAMED ? ', …' : '';
  const named = ids.slice(0, CANDIDATES_NAMED).join(', ');
  throw new PylonError('run-ambiguous', { value: prefix, reason: `several runs begin with this: ${named}${more}` });
}
