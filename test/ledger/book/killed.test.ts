import t from 'tap';
import { killRounds } from '../../support/book/kill-rounds.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

t.test(
  'killed at any point, also while it recovers: what was acknowledged is there, books balance, no dead run holds money, and an id can be used again',
  async (t) => {
    const outcome = await killRounds(await temporaryFolder(t), 1, 10);
    t.same(outcome.faults, []);
    t.ok(outcome.acknowledged > 100 && outcome.unacknowledgedButThere > 0, JSON.stringify(outcome));
  },
);
