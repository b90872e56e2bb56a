// What any relay we talk to, ours first, must do: some forty checks of NIP-01, 09, 11, 40, 42, 45 and 70
// over a real WebSocket. Works on any ws:// URL; what needs a power over the relay is left out without it.
import type { Test } from 'tap';
import { Bench, type Checks, type RelayUnderTest } from './conformance/bench.ts';
import { deleting, expiring, versions } from './conformance/lifetimes.ts';
import { publishing } from './conformance/publishing.ts';
import { counting, requesting } from './conformance/requesting.ts';
import { authenticating, informing, talkingNonsense } from './conformance/sessions.ts';

const GROUPS: Record<string, Checks> = {
  publishing,
  requesting,
  versions,
  deleting,
  expiring,
  authenticating,
  counting,
  'talking nonsense': talkingNonsense,
  informing,
};

/** Runs every check against one relay. */
export async function relayConformance(t: Test, relay: RelayUnderTest): Promise<void> {
  for (const [group, checks] of Object.entries(GROUPS))
    await t.test(group, async (t) => {
      for (const [name, check] of Object.entries(checks)) await t.test(name, (t) => check(t, new Bench(t, relay)));
    });
}
