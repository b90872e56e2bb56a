import t from 'tap';
import type { Book, Journal } from '../../conductor/ports.ts';
import { Book as LedgerBook } from '../../ledger/book/book.ts';
import { RunBudgets } from '../../ledger/book/run-budgets.ts';
import type { RunJournal } from '../../ledger/journal.ts';
import { VolatileJournal } from '../../ledger/volatile/journal.ts';

/** The compiler does the testing: ledger and conductor know nothing of each other, and their shapes fit. */
const asJournal = (journal: RunJournal | VolatileJournal): Journal => journal;
const asBook = (book: RunBudgets): Book => book;

t.test('the journals and the budget of the ledger fit the ports of the conductor', async (t) => {
  t.type(asJournal(new VolatileJournal()).commit, 'function');
  t.type(asBook(new RunBudgets(LedgerBook.volatile(() => 0))).reserve, 'function');
});
