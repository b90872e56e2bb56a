// The guards of spending and paying: a run's holds, the payments of what is owed, what is believed of a wallet, invoices.

const RUN = 'test/conductor/run/money.test.ts';
const PAYMASTER = 'test/node/wallet/paymaster.test.ts';
const AHEAD = 'test/node/wallet/ahead';
const INVOICE = 'test/protocol/invoice.test.ts';

/** @type {import('./guard.mjs').Guard[]} */
export const PAYING_GUARDS = [
  {
    name: 'a resumed run has what is owed for, and nothing else',
    file: 'conductor/run/known-chunks.ts',
    find: 'if (!agreeing.some(({ isFree, isSettled }) => isFree || isSettled)) return undefined;',
    replace: '',
    tests: ['test/conductor/run/known-chunks.test.ts'],
  },
  {
    name: 'a resumed run gives its queries names of their own',
    file: 'conductor/chunk/query-id.ts',
    find: 'resumption === undefined ?',
    replace: 'resumption === undefined || resumption.times > 0 ?',
    tests: ['test/conductor/run/resumed.test.ts'],
  },
  {
    name: 'a reserve is durable before the job is sent',
    file: 'conductor/stake/hold.ts',
    find: "await emitter.emit({ type: 'BudgetReserve'",
    replace: "void emitter.emit({ type: 'BudgetReserve'",
    tests: [RUN],
  },
  {
    name: 'a job is not sent when its reserve could not be stored',
    file: 'conductor/stake/hold.ts',
    find: 'if (emitter.hasFailed) throw notSetAside();\n    return hold;',
    replace: 'return hold;',
    tests: [RUN],
  },
  {
    name: 'work that failed its checks is not owed',
    file: 'conductor/chunk/ask-provider.ts',
    find: "await stake.release('result-invalid');",
    replace: 'await stake.settle(provider, priceMsat);',
    tests: [RUN],
  },
  {
    name: 'work that came to nothing gives its hold back',
    file: 'conductor/chunk/ask-provider.ts',
    find: "await stake.release(failed === 'silent' ? 'job-timeout' : toPylonError(reason).code);",
    replace: '',
    tests: [RUN],
  },
  {
    name: 'an invoice is checked before it is paid',
    file: 'node/wallet/paymaster.ts',
    find: 'checkInvoice(invoice, { amountMsat: msat(amount_msat), network, nowSeconds, secondsLeftMin });',
    replace: '',
    tests: [PAYMASTER],
  },
  {
    name: 'a payment is decided on disk before the wallet is asked (I12)',
    file: 'node/wallet/paymaster.ts',
    find: 'await post(book.do(`send/',
    replace: 'void post(book.do(`send/',
    tests: [PAYMASTER],
  },
  {
    name: 'an error while paying is unknown, not failed (I8)',
    file: 'node/wallet/paymaster.ts',
    find: 'await this.#doubt(toPylonError(thrown).code);',
    replace: 'await this.#fail(toPylonError(thrown).code);',
    tests: [PAYMASTER],
  },
  {
    name: 'a payment is looked up before it is made again',
    file: 'node/wallet/payout-watch.ts',
    find: 'const finding = await this.#ask(payout);',
    replace: "const finding = 'denied' as const;",
    tests: [PAYMASTER],
  },
  {
    name: 'a denial counts only once nothing can be paid any more',
    file: 'node/wallet/payout-watch.ts',
    find: 'return isSealedInEscrow(payout) || this.#options.clock.now() / 1_000 > void_at + VOID_GRACE_SECONDS;',
    replace: 'return isSealedInEscrow(payout) || void_at >= 0;',
    tests: [PAYMASTER],
  },
  {
    name: 'a wallet must deny a payment more than once',
    file: 'node/wallet/payout-watch.ts',
    find: 'const DENIALS_MIN = 2;',
    replace: 'const DENIALS_MIN = 1;',
    tests: ['test/node/wallet/payout-watch.test.ts'],
  },
  {
    name: 'another wallet cannot say what became of a payment',
    file: 'node/wallet/payout-watch.ts',
    find: 'if (asked !== wallet.id) return;',
    replace: '',
    tests: [PAYMASTER],
  },
  {
    name: 'an invoice is checked before its price is put in escrow',
    file: 'node/wallet/ahead/payments-ahead.ts',
    find: 'checkInvoice(invoice, {',
    replace: 'Object.freeze({',
    tests: ['test/conductor/run/escrow.test.ts'],
  },
  {
    name: 'that a preimage may be told is on disk before it is told',
    file: 'node/wallet/ahead/payments-ahead.ts',
    find: 'await post(book.do(`reveal/',
    replace: 'void post(book.do(`reveal/',
    tests: [AHEAD],
  },
  {
    name: 'an invoice is for the amount owed',
    file: 'protocol/invoice.ts',
    find: 'if (invoice.amountMsat !== owed.amountMsat)',
    replace: 'if (invoice.amountMsat === 0)',
    tests: [INVOICE],
  },
  {
    name: 'an invoice names its amount',
    file: 'protocol/invoice.ts',
    find: "if (invoice.amountMsat === undefined) throw refused('the invoice names no amount');\n  if (invoice.amountMsat !== owed.amountMsat)",
    replace: 'if (invoice.amountMsat !== undefined && invoice.amountMsat !== owed.amountMsat)',
    tests: [INVOICE],
  },
  {
    name: "an invoice is of the wallet's network",
    file: 'protocol/invoice.ts',
    find: 'if (invoice.network !== owed.network)',
    replace: 'if (owed.network === undefined)',
    tests: [INVOICE],
  },
  {
    name: 'an invoice holds long enough',
    file: 'protocol/invoice.ts',
    find: 'if (secondsLeft < owed.secondsLeftMin) {',
    replace: 'if (secondsLeft < -1e12) {',
    tests: [INVOICE],
  },
];
