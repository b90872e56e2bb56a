// The long form of test/ledger/book/model.test.ts: a thousand ledgers under commands, failed writes and restarts.
import fc from 'fast-check';
import t from 'tap';
import { bookProperty } from '../support/book/commands.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { tortureSeed } from '../support/torture-seed.ts';

const LEDGERS = 1_000;
const TIMEOUT_MS = 1_500_000;

t.test('a thousand ledgers are what the model says, command by command', { timeout: TIMEOUT_MS }, async (t) => {
  const seed = tortureSeed(t);
  const happened = { ledgers: 0, entries: 0, failedWrites: 0 };
  const property = bookProperty(await temporaryFolder(t), happened);
  await t.resolves(fc.assert(property, { numRuns: LEDGERS, seed }));
  t.comment(`all in all ${JSON.stringify(happened)}`);
});
