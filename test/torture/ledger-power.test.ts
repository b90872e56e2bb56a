// The long form of test/ledger/book/power-cut.test.ts: the power is cut in hundreds of copies of ledgers in use.
import { join } from 'node:path';
import t from 'tap';
import { powerCuts } from '../support/book/power-cuts.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { tortureSeed } from '../support/torture-seed.ts';

const LEDGERS = 20;
const CUTS = 25;
const TIMEOUT_MS = 1_500_000;

t.test('five hundred power cuts: 0 msat lost', { timeout: TIMEOUT_MS }, async (t) => {
  const seed = tortureSeed(t);
  const folder = await temporaryFolder(t);
  let [cuts, bytes, logs] = [0, 0, 0];
  for (let ledger = 0; ledger < LEDGERS; ledger++) {
    const home = join(folder, `${ledger}`);
    const outcome = await powerCuts({ home, seed: seed + ledger, cuts: CUTS, operationsBetween: 60 });
    t.same(outcome.faults, [], `seed ${seed}, ledger ${ledger}`);
    [cuts, bytes, logs] = [cuts + outcome.cuts, bytes + outcome.bytesAtRisk, logs + outcome.olderLogs];
  }
  t.comment(`${cuts} cuts, ${bytes} bytes at risk, an older log at risk ${logs} times`);
});
