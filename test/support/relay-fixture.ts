// A relay whose clock stands still, clients for it, and a signed note: what most relay tests begin with.
import type { Test } from 'tap';
import { Relay, type RelayOptions } from '../../node/relay/server.ts';
import type { VerifiedEvent } from '../../protocol/event.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import { seededBytes, seededKeys } from './keys.ts';
import { RelayClient } from './relay-client.ts';

/** The relay's time, unix seconds. */
export const NOW = 1_800_000_000;

export const [alice, bob] = seededKeys('alice', 'bob') as [KeyPair, KeyPair];

export function note(content: string, tags: string[][] = [], keys = alice): VerifiedEvent {
  return keys.sign({ kind: 1, created_at: NOW, tags, content });
}

/** Closed when the test ends. */
export async function startRelay(t: Test, options: Partial<RelayOptions> = {}): Promise<Relay> {
  const relay = await Relay.start({ clock: () => NOW * 1_000, randomBytes: seededBytes('relay'), ...options });
  t.teardown(() => relay.close());
  return relay;
}

/** Closed when the test ends. */
export async function connectClient(t: Test, url: string): Promise<RelayClient> {
  const client = await RelayClient.connect(url);
  t.teardown(() => client.close());
  return client;
}
