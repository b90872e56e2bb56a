// Holds a book against the model: cheaply, what one operation moved; or everything it knows. Each fault is a sentence
// that begins with the invariant (docs: I1 to I11 of the ledger).
import { balanceOf } from '../../../ledger/book/accounts.ts';
import type { Entry, PaidAhead } from '../../../ledger/book/entry.ts';
import { openPayouts } from '../../../ledger/book/payout.ts';
import { jobsRow, openBills } from '../../../ledger/book/receivables.ts';
import { findRun, holdsWithin, openRunsOf } from '../../../ledger/book/reserve.ts';
import type { Rows } from '../../../ledger/book/rows.ts';
import type { BookModel } from './model.ts';
import { expectedAccounts, expectedBalance } from './model-balances.ts';
import type { ModelPayout } from './model-payouts.ts';

function* accountFaults(rows: Rows, model: BookModel, accounts: Iterable<string>): Generator<string> {
  for (const account of accounts) {
    const [found, expected] = [balanceOf(rows, account), expectedBalance(model, account)];
    if (found !== expected) yield `I9: ${account} holds ${found} msat, it should be ${expected}`;
  }
}

function* runFaults(rows: Rows, model: BookModel, runId: string): Generator<string> {
  const run = model.spending.runs.get(runId);
  if ((findRun(rows, runId) === undefined) !== (run === undefined))
    yield `the budget of ${runId} is open, or should be`;
  if (run === undefined) return;
  const [available, held, settled] = ['available', 'held', 'settled'].map((kind) =>
    balanceOf(rows, `${kind}/${runId}`),
  ) as [number, number, number];
  if (available + held + settled !== run.limit) yield `I2: run ${runId} has not its limit of ${run.limit}`;
  if (available < 0 || held < 0 || settled < 0) yield `I2: run ${runId} has less than nothing`;
  if (settled > run.limit) yield `I3: run ${runId} owes more than its limit`;
}

/** What one operation moved. */
export function entryFaults(rows: Rows, model: BookModel, entry: Entry): string[] {
  const faults = [
    ...accountFaults(
      rows,
      model,
      entry.postings.map(([account]) => account),
    ),
  ];
  const sum = entry.postings.reduce((total, [, msat]) => total + msat, 0);
  if (sum !== 0) faults.push(`I1: entry ${entry.seq} sums to ${sum} msat`);
  if ('run_id' in entry.facts) faults.push(...runFaults(rows, model, entry.facts.run_id));
  return faults;
}

function* holdFaults(rows: Rows, model: BookModel): Generator<string> {
  const open = new Set([...model.spending.runs.keys(), ...openRunsOf(rows)]);
  for (const runId of open) {
    yield* runFaults(rows, model, runId);
    const expected = model.spending.runs.get(runId)?.holds ?? new Map();
    const found = new Map(holdsWithin(rows, runId));
    for (const [query, { price_msat, fee_msat }] of found) {
      const hold = expected.get(query);
      if (hold?.price !== price_msat || hold.fee !== fee_msat)
        yield `I4: run ${runId} holds something else for ${query}`;
    }
    if (found.size !== expected.size) yield `I4: run ${runId} has ${found.size} holds, it should be ${expected.size}`;
  }
}

/** Whether anybody can take what was paid ahead; undefined for what was not. */
function standingOf(ahead: PaidAhead | undefined): ModelPayout['ahead'] {
  if (ahead?.escrow === undefined) return ahead === undefined ? undefined : 'takable';
  return ahead.escrow.is_revealed ? 'revealed' : 'sealed';
}

function* payoutFaults(rows: Rows, model: BookModel): Generator<string> {
  let count = 0;
  for (const { id, state, amount_msat, fee_reserve_msat, lines, payment_hash, ahead } of openPayouts(rows)) {
    count++;
    const payout = model.payouts.open.get(id);
    if (payout?.state !== state) yield `I8: payout ${id} is ${state}, it should be ${payout?.state}`;
    if (payout?.amount !== amount_msat || payout.fee !== fee_reserve_msat || payout.hash !== payment_hash)
      yield `I5: payout ${id} is for something else`;
    if (payout?.ahead !== standingOf(ahead)) yield `I12: payout ${id} is ${standingOf(ahead)}, not ${payout?.ahead}`;
    const isSame = lines.every(([runId, msat]) => payout?.lines.get(runId) === msat);
    if (!isSame || lines.length !== payout?.lines.size) yield `I5: payout ${id} pays for other runs`;
  }
  if (count !== model.payouts.open.size) yield `I5: ${count} payouts are open, not ${model.payouts.open.size}`;
}

function* billFaults(rows: Rows, model: BookModel): Generator<string> {
  const open = [...openBills(rows, '')];
  for (const { id } of open) if (!model.earning.openBills.has(id)) yield `bill ${id} should not be open`;
  if (open.length !== model.earning.openBills.size) yield `${open.length} bills are open`;
  for (const [provider, jobs] of model.earning.jobs)
    if (rows.get(jobsRow(provider)) !== jobs) yield `${provider} was owed for another number of jobs than ${jobs}`;
}

/** Everything. */
export function bookFaults(rows: Rows, model: BookModel): string[] {
  let sum = 0;
  const accounts = new Set(expectedAccounts(model));
  for (const [account, msat] of rows.balancesWithin('')) {
    accounts.add(account);
    sum += msat;
  }
  const faults = sum === 0 ? [] : [`I1: all accounts sum to ${sum} msat`];
  faults.push(...accountFaults(rows, model, accounts), ...holdFaults(rows, model));
  faults.push(...payoutFaults(rows, model), ...billFaults(rows, model));
  return faults;
}
