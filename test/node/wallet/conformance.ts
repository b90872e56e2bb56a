// What any wallet must do, whoever keeps the money and whoever speaks to it: some forty checks of the Wallet port. Our
// client, the hub, the in-memory wallet and Alby's client and service are all held to these same checks.
import type { Test } from 'tap';
import { Bench, type Checks, type WalletsUnderTest } from './conformance/bench.ts';
import { holding } from './conformance/holding.ts';
import { keysending, lookingUpKeysends, paying } from './conformance/paying.ts';
import { notifying, notifyingOfHolds, remembering } from './conformance/telling.ts';

const GROUPS: Readonly<Record<string, Checks>> = {
  paying,
  keysending,
  'looking up keysends': lookingUpKeysends,
  holding,
  remembering,
  notifying,
  'notifying of holds': notifyingOfHolds,
};

/** Runs every check against one pair of wallets, which the checks leave with less money in the payer's. */
export async function walletConformance(t: Test, wallets: WalletsUnderTest): Promise<void> {
  for (const [group, { needs, checks }] of Object.entries(GROUPS)) {
    const isLacking = needs !== undefined && wallets.lacks?.has(needs) === true;
    const isSilent = group.startsWith('notifying') && wallets.lacks?.has('notifications') === true;
    if (isLacking || isSilent) {
      t.comment(`left out, for this wallet has none of it: ${group}`);
      continue;
    }
    await t.test(group, async (t) => {
      for (const [name, check] of Object.entries(checks)) await t.test(name, (t) => check(t, new Bench(wallets)));
    });
  }
}
