// A wallet connection (NIP-47): which wallet, over which relays, and the secret that may spend from it. The secret
// lives in a private field, so that neither an error, a log line nor JSON.stringify can give it away by accident.
import { PylonError } from '../errors.ts';
import { isHex } from '../event.ts';
import { KeyPair, type RandomBytes } from '../keypair.ts';
import { WALLET_RELAYS_MAX, WALLET_URI_CHARS_MAX } from '../limits.ts';
import { schnorr } from '../schnorr.ts';

/** The scheme of today, and the one wallets wrote before it; with two slashes or none. */
const SCHEME = /^nostr\+?walletconnect:(?:\/\/)?/i;
const RELAY_CHARS_MAX = 1_024;
const LUD16_CHARS_MAX = 256;

/** What is wrong is said in words only: any part of the text may hold the secret, a misspelt one too. */
function refused(reason: string): PylonError {
  return new PylonError('wallet-uri-invalid', { reason });
}

function isRelay(text: string): boolean {
  if (text.length > RELAY_CHARS_MAX || !/^wss?:\/\//i.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === '' && password === '';
}

function isOnCurve(publicKey: string, secret: Uint8Array): boolean {
  try {
    return schnorr.sharedX(secret, Buffer.from(publicKey, 'hex')).length === 32;
  } catch {
    return false; // the library says why in its own words; the caller has better ones
  }
}

function isSecret(secret: string): boolean {
  try {
    return isHex(secret, 64) && schnorr.publicKey(Buffer.from(secret, 'hex')).length === 32;
  } catch {
    return false; // 0, or not below the curve's order
  }
}

export interface WalletConnectionParts {
  /** The wallet service's key, hex. */
  readonly service: string;
  readonly relays: readonly string[];
  /** The client's secret key, hex. */
  readonly secret: string;
  readonly lud16?: string | undefined;
}

export class WalletConnection {
  readonly service: string;
  readonly relays: readonly string[];
  /** A Lightning address that reaches this wallet. */
  readonly lud16: string | undefined;
  readonly #secret: string;

  /** @throws PylonError `wallet-uri-invalid`, quoting nothing */
  constructor({ service, relays, secret, lud16 }: WalletConnectionParts) {
    if (!isHex(service, 64)) throw refused('the key of the wallet is not 64 hex digits');
    if (relays.length === 0) throw refused('the wallet connection names no relay');
    if (relays.length > WALLET_RELAYS_MAX) throw refused('the wallet connection names too many relays');
    if (!relays.every(isRelay)) throw refused('a relay of the wallet connection is not a ws:// or wss:// URL');
    if (!isSecret(secret)) throw refused('the secret of the wallet connection is not a secret key of 64 hex digits');
    if (!isOnCurve(service, Buffer.from(secret, 'hex'))) throw refused('the key of the wallet is not on the curve');
    if (lud16 !== undefined && lud16.length > LUD16_CHARS_MAX) throw refused('the Lightning address is too long');
    this.service = service;
    this.relays = [...relays];
    this.lud16 = lud16;
    this.#secret = secret;
  }

  /** Reads `nostr+walletconnect://<key>?relay=…&secret=…`. @throws PylonError `wallet-uri-invalid`, quoting nothing */
  static parse(text: string): WalletConnection {
    const trimmed = text.trim();
    if (trimmed.length > WALLET_URI_CHARS_MAX) throw refused('the wallet connection is too long');
    const scheme = SCHEME.exec(trimmed);
    if (scheme === null) throw refused('the wallet connection does not begin with nostr+walletconnect://');
    const rest = trimmed.slice(scheme[0].length);
    const path = rest.split('?', 1)[0] ?? '';
    const parameters = new URLSearchParams(rest.slice(path.length));
    const lud16 = parameters.get('lud16') ?? '';
    return new WalletConnection({
      service: path.replace(/\/$/, '').toLowerCase(),
      relays: [...new Set(parameters.getAll('relay'))],
      secret: (parameters.get('secret') ?? '').toLowerCase(),
      lud16: lud16 === '' ? undefined : lud16,
    });
  }

  /** Who we are to the wallet. */
  keyPair(randomBytes: RandomBytes): KeyPair {
    return new KeyPair(Buffer.from(this.#secret, 'hex'), randomBytes);
  }

  /** The whole address, secret and all: for the owner's file and the owner's eyes only. */
  reveal(): string {
    const relays = this.relays.map((relay) => `relay=${encodeURIComponent(relay)}`).join('&');
    const lud16 = this.lud16 === undefined ? '' : `&lud16=${encodeURIComponent(this.lud16)}`;
    return `nostr+walletconnect://${this.service}?${relays}&secret=${this.#secret}${lud16}`;
  }
}
