// What the tests of the relay pool share: signed notes, scripted relays, and pools that end with their test.
import type { Test } from 'tap';
import { RelayPool, type RelayPoolOptions } from '../../node/pool/relay-pool.ts';
import { realRandom } from '../../node/random.ts';
import type { VerifiedEvent } from '../../protocol/event.ts';
import type { FilterJson } from '../../protocol/filter.ts';
import { type Script, ScriptedRelay } from './scripted-relay.ts';
import { hurriedClock, newKeys } from './swarm.ts';

export const keys = newKeys();
export const now = () => Math.floor(Date.now() / 1_000);

export function note(content: string, createdAt = now()): VerifiedEvent {
  return keys.sign({ kind: 1, created_at: createdAt, tags: [], content });
}

export async function relay(t: Test, script: Script = {}): Promise<ScriptedRelay> {
  const made = await ScriptedRelay.start(script);
  t.teardown(() => made.close());
  return made;
}

export function pool(t: Test, urls: string[], options: Partial<RelayPoolOptions> = {}): RelayPool {
  const made = new RelayPool({ urls, clock: hurriedClock(), random: realRandom(), ...options });
  t.teardown(() => made.close());
  return made;
}

/** Collects what a subscription brings. */
export function collect(of: RelayPool, filters: FilterJson[]): VerifiedEvent[] {
  const events: VerifiedEvent[] = [];
  of.subscribe(filters, { onEvent: (event) => events.push(event) });
  return events;
}
