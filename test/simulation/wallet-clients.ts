// Who is who at the fake wallet: its own key, and one connection for each name, known to every process of a simulation.
import { sha256Hex } from '../../protocol/event.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import { WalletConnection } from '../../protocol/wallet/uri.ts';
import { seededBytes, seededKeys } from '../support/keys.ts';

export const WALLET_KEYS = seededKeys('the fake wallet')[0] as KeyPair;

/** The connection of a payer or payee by this name. */
export function walletConnection(relayUrl: string, name: string): WalletConnection {
  const secret = sha256Hex(`the connection of ${name}`);
  return new WalletConnection({ service: WALLET_KEYS.publicKey, relays: [relayUrl], secret });
}

/** Hex key by which the wallet knows it. */
export function walletClient(name: string): string {
  return walletConnection('ws://127.0.0.1', name).keyPair(seededBytes(name)).publicKey;
}
