// What a run demands beside its quorum (quorum.ts): how results are checked (verification tier), and how long anything may take.
import { PylonError, toPylonError } from './errors.ts';
import { parsePublicKey, printNpub } from './public-key.ts';

/**
 * How results are checked beyond binding and grounding, which always apply (docs/verification.md).
 * `none`: not at all. `credibility`: as many voices as the record of the providers makes necessary. `redundancy`: `n` of at most `m`
 * providers of different operators agree. `objective`: the output passes checks that need no second opinion, and its JSON Schema where
 * `schema` names a file. `validated`: an attestation by the key `validator` (hex) that the answer holds.
 */
export type Verification =
  | { readonly kind: 'none' }
  | { readonly kind: 'credibility' }
  | { readonly kind: 'redundancy'; readonly n: number; readonly m: number }
  | { readonly kind: 'objective'; readonly schema?: string }
  | { readonly kind: 'validated'; readonly validator: string };

/** More voices than this cost more than they tell: 5 of 9 colluding strangers still outvote the rest. */
const REPLICAS_MAX = 9;

function invalid(value: string, reason: string, next: string): PylonError {
  return new PylonError('verification-invalid', { value, reason, next });
}

function parseRedundancy(text: string, rule: string): Verification {
  const [, n, m] = /^([1-9])-?of-?([1-9])$/.exec(rule) ?? [];
  if (n === undefined || m === undefined)
    throw invalid(text, `redundancy is n-of-m, both from 1 to ${REPLICAS_MAX}`, 'write it as redundancy:2of3');
  if (n > m)
    throw invalid(
      text,
      `${n} of ${m} cannot agree: there are not as many`,
      `use redundancy:${m}of${n} or redundancy:${m}of${m}`,
    );
  return { kind: 'redundancy', n: Number(n), m: Number(m) };
}

function parseValidated(text: string, key: string): Verification {
  const next = 'write it as validated:<npub>; `pylon validator` prints the npub of a validator';
  if (key === '') throw invalid(text, 'it does not name the key of a validator', next);
  try {
    return { kind: 'validated', validator: parsePublicKey(key) };
  } catch (thrown) {
    throw invalid(key.startsWith('nsec1') ? 'validated:nsec1…' : text, toPylonError(thrown).reason, next);
  }
}

/**
 * Reads `none`, `credibility`, `redundancy:2of3` (or `2-of-3`), `objective`, `objective:<schema file>` or `validated:<npub or hex>`.
 * @throws PylonError `verification-invalid`
 */
export function parseVerification(text: string): Verification {
  const colon = text.indexOf(':');
  const [kind, rest] = colon < 0 ? [text, undefined] : [text.slice(0, colon), text.slice(colon + 1)];
  if (kind === 'redundancy') return parseRedundancy(text, rest ?? '');
  if (kind === 'validated') return parseValidated(text, rest ?? '');
  if (kind === 'objective') {
    if (rest?.trim() === '')
      throw invalid(text, 'it does not name a schema file', 'write it as objective, or objective:schema.json');
    return rest === undefined ? { kind } : { kind, schema: rest };
  }
  if ((kind === 'none' || kind === 'credibility') && rest === undefined) return { kind };
  throw new PylonError('verification-invalid', { value: text });
}

/** The spelling `parseVerification` reads. */
export function printVerification(tier: Verification): string {
  if (tier.kind === 'redundancy') return `redundancy:${tier.n}of${tier.m}`;
  if (tier.kind === 'validated') return `validated:${printNpub(tier.validator)}`;
  if (tier.kind === 'objective' && tier.schema !== undefined) return `objective:${tier.schema}`;
  return tier.kind;
}
