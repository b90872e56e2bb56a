// A process with a real engine that asks and pays, made to be killed at a failpoint. What it has done it tells its parent,
// as far as it lives to tell it: opened, and at its end which points it passed and what it thinks of its books.
import { balancesWithin } from '../../ledger/book/accounts.ts';
import type { Book } from '../../ledger/book/book.ts';
import { openPayouts } from '../../ledger/book/payout.ts';
import { openEngine } from '../../node/engine/engine.ts';
import type { Engine } from '../../node/engine/port.ts';
import { homePaths } from '../../node/home.ts';
import { toPylonError } from '../../protocol/errors.ts';
import type { LedgerVerdict } from '../../protocol/money-report.ts';
import { receivedMsat } from './audit.ts';
import { captureBooks, capturedBook } from './captured-books.ts';
import { type EngineWanted, engineOptionsOf, runRequestOf } from './engine-options.ts';
import { type Failpoint, Failpoints } from './failpoints.ts';
import { elapsed, scaledClock } from './scaled-clock.ts';

export interface VictimConfig extends EngineWanted {
  readonly inputPath: string;
  /** Runs it makes first, one after the other. */
  readonly runs: number;
  /** Then it waits until nothing is on its way, and makes more runs until nothing is owed either. */
  readonly settles: boolean;
  /** Serves as a provider until its parent says a word. */
  readonly serves?: boolean;
  readonly at?: Failpoint;
}

export type VictimMessage =
  | { readonly opened: number }
  | { readonly receivedMsat: number }
  | { readonly done: { readonly passed: readonly string[]; readonly verdict: LedgerVerdict; readonly told: string[] } };

/** Runs made to pay what is still owed; each pays everything, so more than a few mean that something is stuck. */
const SETTLING_RUNS_MAX = 12;
const VERIFICATIONS_MAX = 4;
/** Milliseconds of the simulation between two looks. */
const LOOK_MS = 250;

const config = JSON.parse(process.argv[2] ?? '') as VictimConfig;
const clock = scaledClock(config.time);
const told: string[] = [];

const tell = (message: VictimMessage) =>
  new Promise<void>((resolve) => {
    process.send?.(message, () => resolve());
  });

/** A run that is refused or fails is no fault: what it left is what counts. */
async function run(engine: Engine): Promise<void> {
  try {
    const request = runRequestOf(config.relayUrl, config.inputPath);
    const { finished } = await engine.start(request, new AbortController().signal);
    await finished;
  } catch (thrown) {
    told.push(toPylonError(thrown).message);
    await elapsed(clock, LOOK_MS);
  }
}

/** Until every payout has come to an end; a wallet that does not answer is asked again. */
async function rest(engine: Engine, book: Book): Promise<void> {
  for (let isReached = false; !isReached; ) {
    try {
      await engine.money.wallet();
      isReached = true;
    } catch (thrown) {
      told.push(toPylonError(thrown).message);
      await elapsed(clock, LOOK_MS);
    }
  }
  while (book.fault === undefined && [...openPayouts(book.rows)].length > 0) await elapsed(clock, LOOK_MS);
}

/** Until its parent says that it is over; until then it tells what came in, as often as it is asked. */
function serve(book: Book): Promise<void> {
  return new Promise((resolve) => {
    process.on('message', (message: 'how much came in?' | 'it is over') => {
      if (message === 'it is over') resolve();
      else void tell({ receivedMsat: receivedMsat(book.rows) });
    });
  });
}

const isSettled = (book: Book) => book.fault === undefined && [...balancesWithin(book.rows, 'payable/')].length === 0;

/** Where the wallet is away it cannot confirm anything, so it is asked again. */
async function verify(engine: Engine): Promise<LedgerVerdict> {
  for (let tries = 1; ; tries++) {
    const verdict = await engine.money.verify();
    if (verdict.ok || tries === VERIFICATIONS_MAX) return verdict;
  }
}

process.on('disconnect', () => process.exit()); // nobody is there to look at it any more
const points = new Failpoints(config.at);
points.install();
captureBooks();
const engine = await openEngine(engineOptionsOf({ ...config, notice: (line) => void told.push(line) }));
const book = capturedBook(homePaths.store(config.home));
await tell({ opened: clock.now() });
if (config.serves === true) await serve(book);
for (let made = 0; made < config.runs; made++) await run(engine);
if (config.settles) {
  await rest(engine, book);
  for (let made = 0; !isSettled(book) && made < SETTLING_RUNS_MAX; made++) {
    await run(engine);
    await rest(engine, book);
  }
}
const verdict = config.settles ? await verify(engine) : { ok: true, checks: [] };
await engine.close();
await tell({ done: { passed: points.passed, verdict, told } });
process.disconnect?.();
