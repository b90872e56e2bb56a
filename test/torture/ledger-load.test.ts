// The long form of test/ledger/book/load.test.ts: a million operations, some minutes.
import { join } from 'node:path';
import t from 'tap';
import { loadLedger } from '../support/book/load.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { tortureSeed } from '../support/torture-seed.ts';

const OPERATIONS = 1_000_000;
const CLIENTS = 32;
const TIMEOUT_MS = 1_500_000;

t.test('a million operations of 32 clients: 0 overspent, 0 msat lost', { timeout: TIMEOUT_MS }, async (t) => {
  const seed = tortureSeed(t);
  const folder = join(await temporaryFolder(t), 'store');
  const startedAt = performance.now();
  const outcome = await loadLedger({
    folder,
    seed,
    operations: OPERATIONS,
    clients: CLIENTS,
    checkEvery: 1_000,
    verifyEvery: 100_000,
  });
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  t.comment(`${outcome.asked} operations asked, ${outcome.entries} entries, ${seconds} s`);
  t.same(outcome.faults, [], `seed ${seed}`);
  t.equal(outcome.asked, OPERATIONS);
});
