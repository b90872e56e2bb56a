// A run that pays ahead, on a clock that is turned by hand: the real conductor and the real payments, providers that do what the
// test tells them, and an honest bank between them.
import { createHash } from 'node:crypto';
import { Conductor } from '../../conductor/run/conductor.ts';
import { balanceOf, inflightAccount } from '../../ledger/book/accounts.ts';
import { Book, type Operation } from '../../ledger/book/book.ts';
import type { Payout } from '../../ledger/book/entry.ts';
import { findPayout } from '../../ledger/book/payout.ts';
import { RunBudgets } from '../../ledger/book/run-budgets.ts';
import { extractiveBackend } from '../../node/backends/extractive.ts';
import { type EscrowDesk, WalletPaymentsAhead } from '../../node/wallet/ahead/payments-ahead.ts';
import { PayoutWatch } from '../../node/wallet/payout-watch.ts';
import { PylonError } from '../../protocol/errors.ts';
import { encodeInvoice } from '../../protocol/invoice.ts';
import { type Msat, msat, ZERO_MSAT } from '../../protocol/money.ts';
import type { RunConfig } from '../../protocol/run.ts';
import { MemoryBank } from './memory-bank.ts';
import { MemoryWallet } from './memory-wallet.ts';
import { RecordingJournal } from './recording-journal.ts';
import { type AskedOf, type Behaviour, ScriptedMarket } from './scripted-market.ts';
import { seededRandom } from './seeded-random.ts';
import { textCorpus } from './text-corpus.ts';
import { RUN_CONFIG } from './traces.ts';
import { NODE_SECRET } from './troubled-wallet.ts';
import { settled, VirtualClock } from './virtual-clock.ts';

export const RUN = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const LOG = Array.from({ length: 700 }, (_, line) => `2026-01-01 INFO worker ${line} checked item ${line * 7}`).join(
  '\n',
);
/** What the payer has at first. */
export const FUNDS_MSAT = 1_000_000;

/** How a provider deals with the escrow of a job. */
export interface Dealings {
  /** Of its hold invoice; what the job names where absent. */
  readonly hash?: (asked: AskedOf) => string;
  readonly amountMsat?: (asked: AskedOf) => Msat;
  readonly expirySeconds?: number;
  /** Of another wallet altogether. */
  readonly network?: 'mainnet';
  /** Before the money waits, and after. */
  readonly before?: Behaviour;
  readonly work?: Behaviour;
  /** Does not give the money back when it is asked to. */
  readonly keeps?: boolean;
  /** Does not take the money when it could. */
  readonly forgets?: boolean;
}

function cancelled(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = () => reject(new PylonError('job-cancelled', { cause: signal.reason }));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
  });
}

export interface EscrowStageOptions {
  readonly fundsMsat?: number;
  readonly feeReservePpm?: number;
  readonly config?: Partial<RunConfig>;
  readonly hasNoWallet?: boolean;
}

/** A desk whose providers hear at once what they are told. */
function hearingDesk(payee: MemoryWallet) {
  const revealed: string[] = [];
  const withdrawn: string[] = [];
  /** Request id → what its provider does when it hears of it. */
  const hears = new Map<string, { reveal(preimage: string): void; withdraw(): void }>();
  const desk: EscrowDesk = {
    reaches: () => true,
    requestInvoice: async ({ amountMsat }) => (await payee.makeInvoice({ amountMsat, expirySeconds: 45 })).invoice!,
    reveal: async ({ requestId, preimage }) => {
      revealed.push(requestId);
      hears.get(requestId)?.reveal(preimage);
    },
    withdraw: (requestId) => {
      withdrawn.push(requestId);
      hears.get(requestId)?.withdraw();
    },
  };
  return { desk, hears, revealed, withdrawn };
}

export function escrowStage(options: EscrowStageOptions = {}) {
  const clock = new VirtualClock();
  const nowSeconds = () => Math.floor(clock.now() / 1_000);
  const bank = new MemoryBank({ random: seededRandom(3), nowSeconds });
  const payer = new MemoryWallet(bank, bank.open(msat(options.fundsMsat ?? FUNDS_MSAT)), seededRandom(4));
  const payee = new MemoryWallet(bank, bank.open(ZERO_MSAT), seededRandom(5));
  const book = Book.volatile(() => clock.now());
  const notices: string[] = [];
  const { desk, hears, revealed, withdrawn } = hearingDesk(payee);
  /** How operations that no run tells of become durable: at once, where a test does not replace it. */
  const disk = { post: async (_operation: Operation): Promise<void> => undefined };
  const common = {
    wallet: payer,
    book,
    post: (operation: Operation) => disk.post(operation),
    clock,
    notice: (line: string) => void notices.push(line),
  };
  const watch = new PayoutWatch(common);
  let ids = 0;
  const ahead = new WalletPaymentsAhead({
    ...common,
    watch,
    desk,
    freshId: () => `payout-${++ids}`,
    deriveSecret: (label) => createHash('sha256').update(`secret ${label}`).digest(),
  });
  const engine = extractiveBackend();
  const market = new ScriptedMarket(engine);
  const journal = new RecordingJournal();

  /** A provider that works for money in escrow, honestly unless told otherwise. */
  const inEscrow = (dealings: Dealings = {}): Behaviour => {
    return async (asked, honest) => {
      const { request, requestId, bidMsat, signal, onEscrow } = asked;
      if (request.escrow === undefined) return honest();
      const paymentHash = dealings.hash?.(asked) ?? request.escrow;
      const amountMsat = dealings.amountMsat?.(asked) ?? bidMsat;
      const { expirySeconds = 45 } = dealings;
      const made = await payee.makeHoldInvoice({ paymentHash, amountMsat, expirySeconds });
      const { network } = dealings;
      const parts = { paymentHash, amountMsat, expirySeconds, paymentSecret: 'ab'.repeat(32), createdAt: nowSeconds() };
      const invoice = network === undefined ? made.invoice : encodeInvoice({ ...parts, network }, NODE_SECRET);
      hears.set(requestId, {
        reveal: (preimage) =>
          void (dealings.forgets === true || clock.after(3, () => payee.settleHoldInvoice(preimage))),
        withdraw: () => void (dealings.keeps === true || clock.after(3, () => payee.cancelHoldInvoice(paymentHash))),
      });
      const waits = new Promise<void>((resolve) => {
        payee.subscribe(({ type, transaction }) => {
          if (type === 'hold_invoice_accepted' && transaction.paymentHash === paymentHash) resolve();
        });
      });
      onEscrow?.(invoice!, requestId);
      const work = async () => {
        if (dealings.before === undefined) await waits;
        return (dealings.before ?? dealings.work ?? ((_asked, done) => done()))(asked, honest);
      };
      return Promise.race([work(), cancelled(signal)]);
    };
  };

  const run = async (signal = new AbortController().signal) => {
    const ports = {
      clock,
      random: seededRandom(7),
      journal,
      book: new RunBudgets(book),
      local: engine,
      engine,
      market,
    };
    const conductor = new Conductor(options.hasNoWallet === true ? ports : { ...ports, ahead });
    const config = { ...RUN_CONFIG, chunk_size: 8_000, fanout: 4, escrow: true, ...options.config };
    const request = {
      runId: RUN,
      query: 'Which worker checked item 700?',
      corpus: textCorpus({ 'a.log': LOG }),
      config,
    };
    const { feeReservePpm = 0 } = options;
    await clock.runUntil(conductor.run({ ...request, feeReservePpm }, signal));
    return journal.record;
  };
  /** Lets the clock run, timer by timer, for so long. */
  const later = async (seconds: number) => {
    const endMs = clock.now() + seconds * 1_000;
    const cancel = clock.after(seconds * 1_000, () => undefined);
    while (clock.now() < endMs) await clock.step();
    cancel();
    await settled();
  };
  const payouts = (): Payout[] =>
    Array.from({ length: ids }, (_, index) => findPayout(book.rows, `payout-${index + 1}`)).filter(
      (payout) => payout !== undefined,
    );
  const states = () => payouts().map(({ state }) => state);
  const inflightMsat = () => payouts().reduce((sum, { id }) => sum + balanceOf(book.rows, inflightAccount(id)), 0);
  const balances = () => ({ payer: bank.balance(payer.account), payee: bank.balance(payee.account) });
  return {
    ...{
      clock,
      bank,
      payer,
      payee,
      book,
      disk,
      watch,
      ahead,
      desk,
      market,
      journal,
      notices,
      revealed,
      withdrawn,
      hears,
    },
    ...{ inEscrow, run, later, payouts, states, inflightMsat, balances },
  };
}
