// The long form of test/node/swarm/forged-results.test.ts: a hundred thousand forgeries at all gates.
import '../../node/v8-flags.ts';
import t from 'tap';
import { forgeResults } from '../support/forged-results.ts';
import { tortureSeed } from '../support/torture-seed.ts';

const FORGED = 100_000;
const TIMEOUT_MS = 1_500_000;

t.test('of 100,000 forged results none is believed', { timeout: TIMEOUT_MS }, async (t) => {
  const { forged, accepted, refused, byKind } = await forgeResults(tortureSeed(t), FORGED);
  t.comment(`${forged} forged, ${accepted.length} accepted; ${[...byKind].map((kind) => kind.join(': ')).join('; ')}`);
  t.same(accepted, []);
  t.same(refused, []);
});
