// The long form of test/ledger/book/killed.test.ts: a thousand processes that use a ledger, each killed.
import t from 'tap';
import { killRounds } from '../support/book/kill-rounds.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { tortureSeed } from '../support/torture-seed.ts';

const ROUNDS = 1_000;
const TIMEOUT_MS = 1_500_000;

t.test('a thousand kills: 0 msat lost, 0 holds left in closed runs', { timeout: TIMEOUT_MS }, async (t) => {
  const seed = tortureSeed(t);
  const startedAt = performance.now();
  const { faults, ...figures } = await killRounds(await temporaryFolder(t), seed, ROUNDS);
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  t.comment(`in ${seconds} s: ${JSON.stringify(figures)}`);
  t.same(faults, [], `seed ${seed}`);
  t.equal(figures.rounds, ROUNDS);
});
