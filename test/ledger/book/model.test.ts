import fc from 'fast-check';
import t from 'tap';
import { bookProperty } from '../../support/book/commands.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

t.test(
  'whatever is asked in whatever order, also while writes fail and after it was opened again, the book is what the model says',
  async (t) => {
    const happened = { ledgers: 0, entries: 0, failedWrites: 0 };
    await t.resolves(fc.assert(bookProperty(await temporaryFolder(t), happened), { numRuns: 20 }));
    t.comment(happened);
    t.ok(happened.entries > 200 && happened.failedWrites > 5, 'something happened');
  },
);
