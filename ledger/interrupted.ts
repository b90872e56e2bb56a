// Runs whose process died in the middle. Whoever opens the store next closes them: what was held is released,
// what was asked is cancelled, and RunFailed says so. What was answered until then stays.

import { PylonError } from '../protocol/errors.ts';
import { foldEvent, type RunState, toRunRecord } from '../protocol/fold.ts';
import type { RunRecord } from '../protocol/run.ts';
import { TRACE_VERSION, type TraceEvent, type TraceFact } from '../protocol/trace.ts';
import type { Book, Operation } from './book/book.ts';
import type { Payout } from './book/entry.ts';
import { isSealedInEscrow, openPayoutsAhead, runPaidAhead } from './book/escrow.ts';
import { openPayouts } from './book/payout.ts';
import { findRun, holdsWithin, openRunsOf } from './book/reserve.ts';
import { RunBudgets } from './book/run-budgets.ts';
import type { RunJournal } from './journal.ts';
import { changesOf } from './leaderboard/fold.ts';
import { Gathering } from './leaderboard/rollups.ts';
import { snapshotRows } from './snapshots.ts';
import { deathsKey, lastPart, ROLLUPS_COUNTED, requestKey, runsOfStatus } from './store/keys.ts';
import { del, put, type Row, type Store } from './store/store.ts';
import { encodeValue } from './store/values.ts';
import { summaryRows } from './summary.ts';
import { eventRows, readEventRows } from './traces.ts';

interface DeadRun {
  readonly state: RunState;
  /** query id → msat still held. */
  readonly holds: ReadonlyMap<string, number>;
  /** Removes events behind a hole, which nobody could read. */
  readonly unreadable: readonly Row[];
}

function followHold(holds: Map<string, number>, event: TraceEvent): void {
  if (event.type === 'BudgetReserve') holds.set(event.query_id, event.amount_msat);
  if (event.type !== 'BudgetSettle' && event.type !== 'BudgetRelease') return;
  const routing = event.type === 'BudgetSettle' ? (event.fee_reserve_msat ?? 0) : 0;
  const left = (holds.get(event.query_id) ?? 0) - event.amount_msat - routing;
  if (left > 0) holds.set(event.query_id, left);
  else holds.delete(event.query_id);
}

/**
 * The trace as far as it has no hole. A power cut can leave one: LevelDB does not sync the end of a full log before it
 * begins the next, so an event that nobody waited for may be gone while money written after it is there.
 */
async function readDeadRun(store: Store, runId: string): Promise<DeadRun> {
  let state: RunState | undefined;
  const holds = new Map<string, number>();
  const unreadable: Row[] = [];
  for await (const [key, events] of readEventRows(store, runId)) {
    if (unreadable.length > 0 || events[0]?.seq !== (state?.next_seq ?? 0)) {
      unreadable.push(del(key));
      continue;
    }
    for (const event of events) {
      state = foldEvent(state, event);
      followHold(holds, event);
    }
  }
  if (state === undefined) throw new PylonError('store-corrupt', { value: runId, reason: 'a run has no events' });
  return { state, holds, unreadable };
}

/** Nobody knows yet what becomes of it; what the provider may take counts as spent, what waits in escrow comes back. */
function* lastWordsOnPayout(payout: Payout, holds: DeadRun['holds']): Generator<TraceFact> {
  const { id: payout_id, provider, amount_msat, fee_reserve_msat } = payout;
  const query_id = payout.ahead?.query_id ?? '';
  const held = holds.get(query_id);
  yield { type: 'PayoutUnknown', payout_id, reason: 'interrupted' };
  if (held === undefined) return;
  const routing = fee_reserve_msat === 0 ? {} : { fee_reserve_msat };
  if (isSealedInEscrow(payout)) yield { type: 'BudgetRelease', query_id, amount_msat: held, reason: 'interrupted' };
  else yield { type: 'BudgetSettle', query_id, provider, amount_msat, ...routing };
}

/** What is said about a run that cannot say it itself any more. */
function* lastWords(
  { state, holds, unreadable }: DeadRun,
  ahead: readonly Payout[],
  nowMs: number,
): Generator<TraceFact> {
  for (const query of state.queries.values())
    if (query.status === 'submitted' || query.status === 'executing')
      yield { type: 'SubQueryCancel', query_id: query.id, reason: 'interrupted' };
  for (const payout of ahead) yield* lastWordsOnPayout(payout, holds);
  for (const [queryId, amountMsat] of holds)
    if (!ahead.some((payout) => payout.ahead?.query_id === queryId))
      yield { type: 'BudgetRelease', query_id: queryId, amount_msat: amountMsat, reason: 'interrupted' };
  const noticed = new Date(nowMs).toISOString();
  const { code, message } = new PylonError('interrupted', {
    reason: `the process that worked on this run ended without finishing it, which was noticed at ${noticed}${
      unreadable.length > 0 ? '; the end of its trace was lost in a power cut' : ''
    }`,
    next: `go on with \`pylon rlm resume ${state.id}\`; what was answered until then is not bought again`,
  });
  yield { type: 'RunFailed', error: { code, message } };
}

/** That the run can be resumed, and how many processes died of it; nothing where nobody knows what it was asked of. */
function deathRows(store: Store, runId: string): Row[] {
  if (!store.has(requestKey(runId))) return [];
  const deaths = (store.valueNow(deathsKey(runId)) as number | undefined) ?? 0;
  return [put(deathsKey(runId), encodeValue(deaths + 1))];
}

/** What a dead run held is available again, and its budget ends; what it owes stays owed (I11). */
function closeBudget(book: Book, runId: string): Operation[] {
  if (findRun(book.rows, runId) === undefined) return [];
  const budgets = new RunBudgets(book);
  const holds = [...holdsWithin(book.rows, runId)];
  return [...holds.map(([queryId]) => budgets.release(runId, queryId)), budgets.closeRun(runId)];
}

/**
 * Closes every run that is `running` in the store, or whose budget is open, and that nobody writes. Its last events carry the time of the last
 * thing that really happened, so that its duration stays true.
 * @returns the records of the runs closed
 * @throws PylonError `store-*`; those that are left are closed by the next one who tries
 */
export async function closeInterrupted(
  store: Store,
  book: Book,
  journal: RunJournal,
  nowMs: number,
): Promise<RunRecord[]> {
  const closed: RunRecord[] = [];
  for await (const key of store.keys(runsOfStatus('running'))) {
    const runId = lastPart(key);
    if (journal.state(runId) !== undefined) continue;
    const dead = await readDeadRun(store, runId);
    const { state } = dead;
    const events: TraceEvent[] = [];
    const gathering = new Gathering();
    const ahead = [...openPayoutsAhead(book.rows)].filter((payout) => runPaidAhead(payout) === runId);
    for (const fact of lastWords(dead, ahead, nowMs)) {
      const header = { v: TRACE_VERSION, run_id: runId, seq: state.next_seq, timestamp_ms: state.updated_ms };
      const event = { ...header, ...fact } as TraceEvent;
      events.push(event);
      for (const change of changesOf(state, event)) gathering.add(change);
      foldEvent(state, event);
    }
    const record = toRunRecord(state);
    const summary = summaryRows(record, { status: 'running', experiment: record.experiment });
    const ending = [...eventRows(events), ...summary, ...snapshotRows(state)];
    const rows = [...dead.unreadable, ...ending, ...deathRows(store, runId)];
    if (dead.unreadable.length > 0) rows.push(del(ROLLUPS_COUNTED)); // they counted what is gone
    await journal.keep(rows, closeBudget(book, runId), { deltas: gathering.deltas });
    closed.push(record);
  }
  for (const runId of [...openRunsOf(book.rows)])
    if (journal.state(runId) === undefined) await journal.keep([], closeBudget(book, runId)); // its trace is gone
  return closed;
}

/**
 * What a dead process had planned to pay and never asked a wallet for is owed again. It needs no wallet to know that; every other
 * payout does (node/wallet/payout-watch.ts). Call it before this process plans any. @throws PylonError `store-failed`
 */
export async function giveUpPlanned(book: Book, journal: RunJournal): Promise<void> {
  const reason = 'the process ended before the wallet was asked';
  const planned = [...openPayouts(book.rows)].filter(({ state }) => state === 'planned');
  const operations = planned.map(({ id }) => book.do(`fail/${id}`, 'fail-payout', { payout_id: id, reason }));
  if (operations.length > 0) await journal.keep([], operations);
}
