// A run's budget: opened with a limit, set aside query by query before anything is sent, given back where nothing is
// owed, closed when no hold is left (I2, I4, I11).
import { PylonError } from '../../protocol/errors.ts';
import { msat, msatToSats } from '../../protocol/money.ts';
import { balanceOf, type Posting, post, runAccounts } from './accounts.ts';
import type { Facts } from './entry.ts';
import { named } from './named.ts';
import type { Rows } from './rows.ts';

export interface OpenRun {
  readonly limit_msat: number;
  /** Set aside for routing on top of each price, in millionths of it. */
  readonly fee_ppm: number;
  /** How often it was opened again after it was closed; absent where never. */
  readonly times?: number;
}

export interface HeldAmount {
  /** The most that may be owed for the query. */
  readonly price_msat: number;
  readonly fee_msat: number;
}

const runRow = named('r/');
const holdsOf = (runId: string) => `h/${runId}/`;
const holdRow = (runId: string, queryId: string) => `${holdsOf(runId)}${queryId}`;

export function broken(value: string, reason: string): PylonError {
  return new PylonError('internal', { value, reason });
}

export function findRun(rows: Rows, runId: string): OpenRun | undefined {
  return rows.get(runRow(runId)) as OpenRun | undefined;
}

function openRunOf(rows: Rows, runId: string): OpenRun {
  const run = findRun(rows, runId);
  if (run === undefined) throw broken(runId, 'the budget of this run is not open');
  return run;
}

/** Runs whose budget is open. */
export function* openRunsOf(rows: Rows): Generator<string> {
  for (const [row] of rows.within(runRow(''))) yield row.slice(runRow('').length);
}

/** What is set aside for one query. @throws PylonError `internal` when there is nothing */
export function holdOf(rows: Rows, runId: string, queryId: string): HeldAmount {
  const hold = rows.get(holdRow(runId, queryId)) as HeldAmount | undefined;
  if (hold === undefined) throw broken(runId, `the query ${queryId} holds no money`);
  return hold;
}

/** Queries of a run that still hold money. */
export function* holdsWithin(rows: Rows, runId: string): Generator<readonly [queryId: string, held: HeldAmount]> {
  for (const [row, held] of rows.within(holdsOf(runId))) yield [row.slice(holdsOf(runId).length), held as HeldAmount];
}

/** What routing may cost for an amount: fractions of a msat are set aside as a whole one. */
export function feeOn(amountMsat: number, feePpm: number): number {
  return Math.ceil((amountMsat * feePpm) / 1_000_000);
}

/** I2: nothing of a run's limit appears and nothing is lost. @throws PylonError `internal` */
export function assertRunBalances(rows: Rows, runId: string): void {
  const { limit, available, held, settled } = runAccounts;
  const sum = [limit, available, held, settled].reduce((total, account) => total + balanceOf(rows, account(runId)), 0);
  if (sum !== 0) throw broken(runId, `available + held + settled differ from the limit by ${sum} msat`);
}

export function openRun(rows: Rows, { run_id, limit_msat, fee_ppm }: Facts<'open-run'>): Posting[] {
  if (findRun(rows, run_id) !== undefined) throw broken(run_id, 'the budget of this run is already open');
  const postings: Posting[] = [
    [runAccounts.limit(run_id), -limit_msat],
    [runAccounts.available(run_id), limit_msat],
  ];
  post(rows, postings);
  rows.set(runRow(run_id), { limit_msat, fee_ppm } satisfies OpenRun);
  return postings;
}

/** @throws PylonError `budget-exhausted` when it does not fit; nothing changes then */
export function reserve(rows: Rows, { run_id, query_id, price_msat }: Facts<'reserve'>): Posting[] {
  const run = openRunOf(rows, run_id);
  if (rows.get(holdRow(run_id, query_id)) !== undefined)
    throw broken(run_id, `the query ${query_id} already holds money`);
  const fee_msat = feeOn(price_msat, run.fee_ppm);
  const left = balanceOf(rows, runAccounts.available(run_id));
  if (price_msat + fee_msat > left) {
    throw new PylonError('budget-exhausted', {
      value: `${msatToSats(msat(price_msat + fee_msat))} sats`,
      reason: `only ${msatToSats(msat(left))} of ${msatToSats(msat(run.limit_msat))} sats are left`,
    });
  }
  const postings: Posting[] = [
    [runAccounts.available(run_id), -(price_msat + fee_msat)],
    [runAccounts.held(run_id), price_msat + fee_msat],
  ];
  post(rows, postings);
  rows.set(holdRow(run_id, query_id), { price_msat, fee_msat } satisfies HeldAmount);
  assertRunBalances(rows, run_id);
  return postings;
}

/** Takes a hold away, once: what becomes of its money is the caller's posting (I4). */
export function resolveHold(rows: Rows, runId: string, queryId: string): HeldAmount {
  openRunOf(rows, runId);
  const hold = holdOf(rows, runId, queryId);
  rows.set(holdRow(runId, queryId), undefined);
  return hold;
}

/** Nothing is owed: the whole hold is available again. */
export function release(rows: Rows, { run_id, query_id }: Facts<'release'>): Posting[] {
  const { price_msat, fee_msat } = resolveHold(rows, run_id, query_id);
  const postings: Posting[] = [
    [runAccounts.held(run_id), -(price_msat + fee_msat)],
    [runAccounts.available(run_id), price_msat + fee_msat],
  ];
  post(rows, postings);
  assertRunBalances(rows, run_id);
  return postings;
}

/** @throws PylonError `internal` when a hold is left (I11); the budget stays open then */
export function closeRun(rows: Rows, { run_id }: Facts<'close-run'>): Posting[] {
  const { limit_msat } = openRunOf(rows, run_id);
  assertRunBalances(rows, run_id);
  const { limit, available, held, settled } = runAccounts;
  const holds = [...holdsWithin(rows, run_id)].map(([queryId]) => queryId);
  if (holds.length > 0)
    throw broken(run_id, `${balanceOf(rows, held(run_id))} msat are still held by ${holds.join(', ')}`);
  const postings: Posting[] = [
    [available(run_id), -balanceOf(rows, available(run_id))],
    [settled(run_id), -balanceOf(rows, settled(run_id))],
    [limit(run_id), limit_msat],
  ];
  post(rows, postings);
  rows.set(runRow(run_id), undefined);
  return postings;
}

/**
 * A run that was interrupted goes on: what it had settled by then stays settled, and only the rest may be spent (I3).
 * @throws PylonError `internal` when it is open, or has settled more than the limit
 */
export function reopenRun(rows: Rows, facts: Facts<'reopen-run'>): Posting[] {
  const { run_id, limit_msat, settled_msat, fee_ppm, times } = facts;
  if (findRun(rows, run_id) !== undefined) throw broken(run_id, 'the budget of this run is open');
  if (settled_msat > limit_msat) throw broken(run_id, `${settled_msat} msat are settled, which is above the limit`);
  const { limit, available, settled } = runAccounts;
  const postings: Posting[] = [
    [limit(run_id), -limit_msat],
    [available(run_id), limit_msat - settled_msat],
    [settled(run_id), settled_msat],
  ];
  post(rows, postings);
  rows.set(runRow(run_id), { limit_msat, fee_ppm, times } satisfies OpenRun);
  assertRunBalances(rows, run_id);
  return postings;
}
