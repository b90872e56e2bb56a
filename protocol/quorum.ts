// How many of a run's chunks must be answered before it may end well.
import { PylonError } from './errors.ts';

/** `all` chunks, a `fraction` or a `count` of them, or whatever comes until the deadline. */
export type Quorum =
  | { readonly kind: 'all' }
  | { readonly kind: 'fraction'; readonly fraction: number }
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'best-effort' };

/** Reads `all`, `0.8`, `5` or `best-effort`. A fraction is above 0 and below 1. @throws PylonError `quorum-invalid` */
export function parseQuorum(text: string): Quorum {
  if (text === 'all' || text === 'best-effort') return { kind: text };
  if (/^[1-9]\d{0,6}$/.test(text)) return { kind: 'count', count: Number(text) };
  if (/^0?\.\d{1,6}$/.test(text) && Number(text) > 0) return { kind: 'fraction', fraction: Number(text) };
  throw new PylonError('quorum-invalid', { value: text });
}

/** The spelling `parseQuorum` reads. */
export function printQuorum(quorum: Quorum): string {
  if (quorum.kind === 'fraction') return String(quorum.fraction);
  if (quorum.kind === 'count') return String(quorum.count);
  return quorum.kind;
}

/** A fraction has at most six digits; counted in millionths, 0.55 of 100 is 55 and not 55.00000000000001. */
const MILLION = 1_000_000;

/** How many of `chunks` must be answered before the run may end well; best-effort needs none. */
export function quorumTarget(quorum: Quorum, chunks: number): number {
  if (quorum.kind === 'fraction') return Math.ceil((Math.round(quorum.fraction * MILLION) * chunks) / MILLION);
  if (quorum.kind === 'count') return Math.min(quorum.count, chunks);
  return quorum.kind === 'all' ? chunks : 0;
}
