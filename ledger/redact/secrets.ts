// Finds what looks like a secret in any text. It would rather take too much: a reader misses a word, an owner loses a
// wallet. Every pattern is linear in the length of the text, because texts come from strangers.
import { phrases } from './seed-phrase.ts';

/** Stands where a secret stood. */
export const SECRET_MARK = '[secret]';

interface Pattern {
  readonly kind: string;
  readonly pattern: RegExp;
  /** A match that is no secret after all. */
  readonly unless?: (match: string) => boolean;
}

/** Words that say that a secret stands beside them. */
const WORD =
  'secrets?|passw(?:or)?ds?|passphrase|pwd|token|api[ _-]?key|access[ _-]?key|priv(?:ate)?[ _-]?key|privkey|sign(?:ing)?[ _-]?key|encryption[ _-]?key|credentials?|auth(?:orization)?|cookie|session[ _-]?id|preimage|macaroon|pairing';
/** Before `=` and `:`, with what names go on with: `AWS_SECRET_ACCESS_KEY`, `token.value`. */
const NAME = `(?:${WORD})(?:[_.-][a-z0-9_.-]{0,24})?["'\\\\\`\\]]{0,3}\\s{0,3}(?::=|=>|:|=)\\s{0,3}`;
/** Beside hex, `key`, `seed` and `sk` mean a secret too. */
const HEX_WORD = `${WORD}|nsec|seed|sk|key`;

/** Where there is a group, it is the secret, else the whole match. Those that take more come first. */
const PATTERNS: readonly Pattern[] = [
  {
    kind: 'private key block',
    pattern: /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}-----|$)/dg,
  },
  { kind: 'wallet connection', pattern: /\b(?:nostr\+?walletconnect|bunker|nostrconnect):[^\s"'<>`]{6,}/dgi },
  { kind: 'nsec', pattern: /(?:nsec|ncryptsec)1[02-9ac-hj-np-z]{3,}/dgi },
  { kind: 'bearer token', pattern: /\b(?:bearer|basic|nostr|token)[ \t:]{1,4}([a-z0-9._~+/=-]{8,})/dgi },
  { kind: 'jwt', pattern: /\beyJ[\w-]{8,}(?:\.[\w-]*){0,4}/dg },
  { kind: 'api key', pattern: /\b(?:sk|rk|pk)[-_][\w-]{8,}/dg },
  {
    kind: 'api key',
    pattern:
      /\b(?:gh[pousr]_|github_pat_|glpat-|npm_|hf_|xox[a-z]-|xapp-|AIza|ya29\.|dop_v1_|SG\.|pypi-|shpat_|gsk_|r8_|xai-)[\w.-]{8,}/dg,
  },
  { kind: 'aws key', pattern: /(?:AKIA|ASIA|AROA|AIDA|AGPA|ANPA|ANVA|ABIA|ACCA)[A-Z0-9]{12,}/dg },
  { kind: 'cashu token', pattern: /cashu[AB][\w=-]{12,}/dg },
  { kind: 'extended private key', pattern: /[xyztuv]prv[1-9A-HJ-NP-Za-km-z]{20,}/dg },
  { kind: 'lightning withdrawal', pattern: /lnurl1[02-9ac-hj-np-z]{20,}/dgi },
  { kind: 'macaroon', pattern: /0201036c6e64[0-9a-f]+/dgi },
  { kind: 'credentials in an address', pattern: /:\/\/([^\s/@"'<>]{1,512})@/dg },
  { kind: 'hex secret', pattern: new RegExp(`(?:${HEX_WORD})[^\\n]{0,32}?(?<![0-9a-f])([0-9a-f]{16,})`, 'dgi') },
  { kind: 'hex secret', pattern: new RegExp(`(?<![0-9a-f])([0-9a-f]{32,})[^\\n]{0,24}?(?:${HEX_WORD})`, 'dgi') },
  { kind: 'assigned secret', pattern: new RegExp(`${NAME}\\\\?(["'\`])([^"'\`\\n]{4,512})`, 'dgi') },
  { kind: 'assigned secret', pattern: new RegExp(`${NAME}([^\\s"'\`\\\\,;&<>[]{4,})`, 'dgi') },
  /** 240 bits of base64; hex alone is as likely the hash of a file, and digits with dashes an id. */
  {
    kind: 'random text',
    pattern: /(?<![\w+/-])[\w+/-]{40,}={0,2}/dg,
    unless: (match) => /^[0-9a-f-]*$/i.test(match) || !/[a-z]/.test(match) || !/[A-Z]/.test(match) || !/\d/.test(match),
  },
];

const SECRET_NAME = new RegExp(`(?:^|[_.-])(?:${WORD})(?:[_.-]|$)`, 'i');

/** True where the value of a member with this name is a secret whatever it looks like. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

export type NoteSecret = (kind: string, chars: number) => void;

function replace(text: string, places: readonly (readonly [start: number, end: number])[]): string {
  let out = '';
  let from = 0;
  for (const [start, end] of places) {
    out += text.slice(from, start) + SECRET_MARK;
    from = end;
  }
  return out + text.slice(from);
}

/** The text without its secrets. @param note hears of each that was found; never of what it was */
export function withoutSecrets(text: string, note: NoteSecret): string {
  let clean = text;
  for (const { kind, pattern, unless } of PATTERNS) {
    const places: (readonly [number, number])[] = [];
    for (const match of clean.matchAll(pattern)) {
      const [start, end] = match.indices!.at(-1) ?? match.indices![0]!;
      if (unless?.(match[0]) === true) continue;
      places.push([start, end]);
      note(kind, end - start);
    }
    if (places.length > 0) clean = replace(clean, places);
  }
  const seeds = phrases(clean);
  for (const [start, end] of seeds) note('seed phrase', end - start);
  return seeds.length === 0 ? clean : replace(clean, seeds);
}
