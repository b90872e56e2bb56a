// What every account of the book must hold if the model is right. Names are the book's (ledger/book/accounts.ts), amounts
// the model's.

import type { BookModel } from './model.ts';
import { pairOf } from './model-earning.ts';

type Balance = (model: BookModel, rest: string, parts: readonly string[]) => number;

const onItsWay = (model: BookModel, id: string) => model.payouts.open.get(id);

/** Account → how much; the account's name is the key, a slash, and `rest`. */
const BALANCES: Readonly<Record<string, Balance>> = {
  limit: (model, id) => -(model.spending.runs.get(id)?.limit ?? 0),
  available: (model, id) => {
    const run = model.spending.runs.get(id);
    return run === undefined ? 0 : model.spending.available(run);
  },
  held: (model, id) => {
    const run = model.spending.runs.get(id);
    return run === undefined ? 0 : model.spending.heldBy(run);
  },
  settled: (model, id) => (model.spending.runs.get(id)?.owed ?? 0) + (model.spending.runs.get(id)?.fees ?? 0),
  work: (model) => -model.spending.owedEver,
  payable: (model, _rest, [provider = '', run = '']) => model.spending.payable.get(provider)?.get(run) ?? 0,
  inflight: (model, id) => onItsWay(model, id)?.amount ?? 0,
  paid: (model, provider) => model.payouts.paid.get(provider) ?? 0,
  routing: (model) => {
    let feesSetAside = 0;
    for (const fee of model.spending.feeReserve.values()) feesSetAside += fee;
    for (const { fee } of model.payouts.open.values()) feesSetAside += fee;
    return -(feesSetAside + model.payouts.feesPaid);
  },
  'fee-reserve': (model, provider) => model.spending.feeReserve.get(provider) ?? 0,
  'fee-inflight': (model, id) => onItsWay(model, id)?.fee ?? 0,
  fees: (model) => model.payouts.feesPaid,
  earned: (model, provider) => -(model.earning.earned.get(provider) ?? 0),
  due: (model, _rest, [provider = '', customer = '', job = '']) =>
    model.earning.due.get(pairOf(provider, customer))?.get(job) ?? 0,
  advance: (model, pair) => -(model.earning.advance.get(pair) ?? 0),
  received: (model, pair) => model.earning.received.get(pair) ?? 0,
  disputed: (model, pair) => model.earning.disputed.get(pair) ?? 0,
};

/** What the account holds; undefined when there is no such kind of account. */
export function expectedBalance(model: BookModel, account: string): number | undefined {
  const [kind = '', ...parts] = account.split('/');
  return BALANCES[kind]?.(model, parts.join('/'), parts);
}

/** Names of all accounts that may hold something. */
export function* expectedAccounts(model: BookModel): Generator<string> {
  yield* ['work', 'routing', 'fees'];
  for (const id of model.spending.runs.keys())
    for (const kind of ['limit', 'available', 'held', 'settled']) yield `${kind}/${id}`;
  for (const [provider, lines] of model.spending.payable) {
    for (const run of lines.keys()) yield `payable/${provider}/${run}`;
  }
  for (const provider of model.spending.feeReserve.keys()) yield `fee-reserve/${provider}`;
  for (const provider of model.payouts.paid.keys()) yield `paid/${provider}`;
  for (const id of model.payouts.open.keys()) for (const kind of ['inflight', 'fee-inflight']) yield `${kind}/${id}`;
  const { earned, due, advance, received, disputed } = model.earning;
  for (const provider of earned.keys()) yield `earned/${provider}`;
  for (const [pair, jobs] of due) for (const job of jobs.keys()) yield `due/${pair}/${job}`;
  for (const pair of advance.keys()) yield `advance/${pair}`;
  for (const pair of received.keys()) yield `received/${pair}`;
  for (const pair of disputed.keys()) yield `disputed/${pair}`;
}
