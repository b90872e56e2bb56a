// The guards of money. Each is a line without which money could be lost, paid twice or overspent; `npm run mutate:money` takes
// them away one by one and sees whether the named tests notice. Add a guard here with the line that makes it one.

/**
 * @typedef {object} Guard
 * @property {string} name what it keeps from happening
 * @property {string} file
 * @property {string} find must stand in the file exactly once
 * @property {string} replace
 * @property {string[]} tests parts of paths, as `npm test --` takes them: the few that must notice
 */

const BOOK = 'test/ledger/book/book.test.ts';
const BUDGETS = 'test/ledger/book/run-budgets.test.ts';
const PAYOUT = 'test/ledger/book/payout.test.ts';
const ACCOUNTS = 'test/ledger/book/accounts.test.ts';
const REFOLD = 'test/ledger/book/refold.test.ts';
const INTERRUPTED = 'test/ledger/interrupted.test.ts';

/** @type {Guard[]} */
const LEDGER = [
  {
    name: 'money is synced',
    file: 'ledger/journal.ts',
    find: '{ sync: group.sync }',
    replace: '{ sync: false }',
    tests: ['test/ledger/book/power-cut.test.ts'],
  },
  {
    name: 'an id is used once',
    file: 'ledger/book/book.ts',
    find: 'if (before !== undefined) {',
    replace: 'if (before === null) {',
    tests: [BOOK],
  },
  {
    name: 'an id with other facts is a conflict',
    file: 'ledger/book/book.ts',
    find: 'if (before[1] !== factsHash) throw',
    replace: 'if (before[1] === undefined) throw',
    tests: [BOOK],
  },
  {
    name: 'an amount is whole and not below zero',
    file: 'ledger/book/book.ts',
    find: 'assertAmounts(facts);',
    replace: '',
    tests: [BOOK],
  },
  {
    name: 'the book is read again only when nothing is under way',
    file: 'ledger/book/book.ts',
    find: 'await this.#unsaved.idle();',
    replace: '',
    tests: [BOOK],
  },
  {
    name: 'nothing is done while the book is ahead of the disk',
    file: 'ledger/book/book.ts',
    find: "this.#broken = error.code.startsWith('store-') ? error : new PylonError('store-failed', { reason, cause: error });",
    replace: '',
    tests: [BOOK],
  },
  {
    name: 'operations are handed over in the order they were made',
    file: 'ledger/book/unsaved.ts',
    find: 'if (entry.seq !== this.#nextToHandOver || !this.#made.has(entry))',
    replace: 'if (!this.#made.has(entry))',
    tests: [BOOK],
  },
  {
    name: 'an operation of before the book was read again is not stored',
    file: 'ledger/book/unsaved.ts',
    find: 'if (entry.seq !== this.#nextToHandOver || !this.#made.has(entry))',
    replace: 'if (entry.seq !== this.#nextToHandOver)',
    tests: [BOOK],
  },
  {
    name: 'no hole is written between entries',
    file: 'ledger/book/unsaved.ts',
    find: 'if (entry.seq !== this.#nextToWrite++) throw',
    replace: 'if (entry.seq < this.#nextToWrite++) throw',
    tests: [BOOK],
  },
  {
    name: 'an event that is refused takes its operation with it',
    file: 'ledger/journal.ts',
    find: 'if (operation !== undefined) this.#book.fail(toPylonError(thrown), [operation]);',
    replace: '',
    tests: [BOOK],
  },
  {
    name: 'who waits for a write that cannot come is told',
    file: 'ledger/journal.ts',
    find: 'this.#book.fail(failure, [...group.operations, ...this.#group.operations]);',
    replace: '',
    tests: [BOOK],
  },
  {
    name: 'a reserve fits the budget',
    file: 'ledger/book/reserve.ts',
    find: 'if (price_msat + fee_msat > left) {',
    replace: 'if (price_msat + fee_msat > 2 * left) {',
    tests: [BUDGETS],
  },
  {
    name: 'a query holds money once',
    file: 'ledger/book/reserve.ts',
    find: 'if (rows.get(holdRow(run_id, query_id)) !== undefined)',
    replace: 'if (rows.get(holdRow(run_id, query_id)) === null)',
    tests: [BUDGETS],
  },
  {
    name: 'a hold resolves once',
    file: 'ledger/book/reserve.ts',
    find: '  rows.set(holdRow(runId, queryId), undefined);\n',
    replace: '',
    tests: [BUDGETS],
  },
  {
    name: 'a run with a hold is not closed',
    file: 'ledger/book/reserve.ts',
    find: 'if (holds.length > 0)',
    replace: 'if (holds.length > 1_000)',
    tests: [BUDGETS],
  },
  {
    name: 'available, held and settled are the limit',
    file: 'ledger/book/reserve.ts',
    find: 'if (sum !== 0) throw',
    replace: 'if (Number.isNaN(sum)) throw',
    tests: [BUDGETS],
  },
  {
    name: 'a claim above the hold is worth the hold',
    file: 'ledger/book/settle.ts',
    find: 'Math.min(claimed_msat, hold.price_msat)',
    replace: 'claimed_msat',
    tests: [BUDGETS],
  },
  {
    name: 'an operation sums to zero',
    file: 'ledger/book/accounts.ts',
    find: 'if (sum !== 0) throw',
    replace: 'if (Number.isNaN(sum)) throw',
    tests: [ACCOUNTS],
  },
  {
    name: 'no account is below zero',
    file: 'ledger/book/accounts.ts',
    find: 'if (balance < 0 && !SOURCES.test(account)) throw',
    replace: 'if (Number.isNaN(balance)) throw',
    tests: [ACCOUNTS],
  },
  {
    name: 'a source gives only what it has given',
    file: 'ledger/book/accounts.ts',
    find: 'if (balance > 0 && SOURCES.test(account)) throw',
    replace: 'if (Number.isNaN(balance)) throw',
    tests: [ACCOUNTS],
  },
  {
    name: 'a payment hash pays one obligation, ever',
    file: 'ledger/book/payout.ts',
    find: 'if (rows.find(hashRow(decision.payment_hash)) !== undefined)',
    replace: 'if (rows.find(hashRow(decision.payment_hash)) === null)',
    tests: [PAYOUT],
  },
  {
    name: 'only the preimage settles',
    file: 'ledger/book/payout.ts',
    find: 'if (hash !== payout.payment_hash || !/^[0-9a-f]{64}$/.test(preimage))',
    replace: 'if (!/^[0-9a-f]{64}$/.test(preimage))',
    tests: [PAYOUT],
  },
  {
    name: 'a payout goes its way in order',
    file: 'ledger/book/payout.ts',
    find: 'if (!allowed.includes(payout.state)) throw',
    replace: 'if (allowed.length === 0) throw',
    tests: [PAYOUT],
  },
  {
    name: 'what is on its way is not owed again',
    file: 'ledger/book/payout.ts',
    find: '...owed.map(([account, msat]): Posting => [account, -msat]),\n    [inflightAccount(payout_id), amount_msat],',
    replace: '',
    tests: [PAYOUT],
  },
  {
    name: 'a bill is paid once',
    file: 'ledger/book/receivables.ts',
    find: "if (found.state === 'paid') throw",
    replace: "if (found.state === 'nothing') throw",
    tests: ['test/ledger/book/receivables.test.ts'],
  },
  {
    name: 'the store holds what the entries say',
    file: 'ledger/book/refold.ts',
    find: 'await compareRows(store, rows.all(), giveUp);',
    replace: '',
    tests: [REFOLD],
  },
  {
    name: 'an entry moved what its facts say',
    file: 'ledger/book/fold.ts',
    find: 'const name = differingAccount(postings, entry.postings);',
    replace: 'const name = differingAccount(postings, postings);',
    tests: [REFOLD],
  },
  {
    name: 'entries have no gap',
    file: 'ledger/book/fold.ts',
    find: 'if (entry.seq !== next) onFault',
    replace: 'if (entry.seq < next) onFault',
    tests: [REFOLD],
  },
  {
    name: 'a dead run holds no money',
    file: 'ledger/interrupted.ts',
    find: 'await journal.keep(rows, closeBudget(book, runId));',
    replace: 'await journal.keep(rows, []);',
    tests: [INTERRUPTED],
  },
  {
    name: 'a budget whose trace is gone is closed',
    file: 'ledger/interrupted.ts',
    find: 'if (journal.state(runId) === undefined) await journal.keep([], closeBudget(book, runId));',
    replace: '',
    tests: [INTERRUPTED],
  },
  {
    name: 'after a failed write the database is opened anew',
    file: 'ledger/store/store.ts',
    find: 'if (this.#torn) await this.#reopen();\n      await this.#database.batch',
    replace: 'await this.#database.batch',
    tests: ['test/ledger/store/store.test.ts'],
  },
];

export const GUARDS = [...LEDGER];
