// What a client might ask next, picked by dice from what the model knows: mostly what makes sense, now and then what must
// be refused, and what was asked before, with the same body or another. Ids are made as production makes them.
import { runIdOf } from '../traces.ts';
import type { BookModel } from './model.ts';
import { type Asked, ask } from './operation.ts';
import { decisionOf, preimageOf } from './payments.ts';

/** A whole number from 0 to `sides` - 1. */
export type Dice = (sides: number) => number;

const keyOf = (number: number) => `${number}`.padStart(64, 'a');
const PROVIDERS = Array.from({ length: 5 }, (_, index) => keyOf(index));
const CUSTOMERS = Array.from({ length: 4 }, (_, index) => keyOf(100 + index));
/** More are not open at a time, or nothing would ever come to its end. */
const OPEN_MAX = { runs: 8, holds: 6, payouts: 12, bills: 12, dues: 6 };
const AMOUNT_MAX = 5_000;

type Pick = (model: BookModel, dice: Dice, own: Own) => Asked | undefined;

/** Numbers that this source of operations gave out, so that names do not meet those of another. */
export class Own {
  readonly #name: string;
  #last: number;

  /** @param first the first number of runs, payouts and bills; those of another source must be far away */
  constructor(name: string, first = 1) {
    this.#name = name;
    this.#last = first - 1;
  }

  next(): number {
    return ++this.#last;
  }

  name(): string {
    return `${this.#name}${this.next()}`;
  }
}

function one<Item>(items: Iterable<Item>, dice: Dice): Item | undefined {
  const all = [...items];
  return all.length === 0 ? undefined : all[dice(all.length)];
}

const openRun: Pick = (model, dice, own) => {
  if (model.spending.runs.size >= OPEN_MAX.runs) return closeRun(model, dice, own);
  const run_id = runIdOf(own.next());
  const facts = { run_id, limit_msat: dice(20) * 1_000, fee_ppm: dice(3) * 12_345 };
  return ask('open-run', run_id, facts);
};

const reserve: Pick = (model, dice, own) => {
  const [run_id, run] = one(model.spending.runs, dice) ?? [];
  if (run_id === undefined || run === undefined) return undefined;
  if (run.holds.size >= OPEN_MAX.holds) return settle(model, dice, own);
  const price_msat = dice(10) === 0 ? model.spending.available(run) + dice(3) : 1 + dice(AMOUNT_MAX);
  const query_id = own.name();
  return ask('reserve', `${run_id}/${query_id}`, { run_id, query_id, price_msat });
};

/** A run that holds something, and one of its queries. */
function someHold(model: BookModel, dice: Dice): { run_id: string; query_id: string; price: number } | undefined {
  const [run_id = '', run] = one(model.spending.runs, dice) ?? [];
  const [query_id = '', hold] = one(run?.holds ?? [], dice) ?? [];
  return hold === undefined ? undefined : { run_id, query_id, price: hold.price };
}

const settle: Pick = (model, dice) => {
  const hold = someHold(model, dice);
  if (hold === undefined) return undefined;
  const { run_id, query_id, price } = hold;
  const claimed_msat = dice(4) === 0 ? price + dice(AMOUNT_MAX) : dice(price + 1);
  const facts = { run_id, query_id, provider: one(PROVIDERS, dice)!, claimed_msat };
  return ask('settle', `${run_id}/${query_id}`, facts);
};

const release: Pick = (model, dice) => {
  const hold = someHold(model, dice);
  if (hold === undefined) return undefined;
  const { run_id, query_id } = hold;
  return ask('release', `${run_id}/${query_id}`, { run_id, query_id });
};

/** A query is paid before its answer counts: in escrow, or in advance. */
const payAhead: Pick = (model, dice, own) => {
  const hold = someHold(model, dice);
  if (hold === undefined || model.payouts.open.size >= OPEN_MAX.payouts) return movePayout(model, dice, own);
  const { run_id, query_id } = hold;
  const number = own.next();
  const [other = `payout-${number}`] = one(model.payouts.open, dice) ?? [];
  const decision = decisionOf(dice(8) === 0 ? numberOf(other) : number); // the hash may be used already
  const facts = { run_id, query_id, payout_id: `payout-${number}`, provider: one(PROVIDERS, dice)!, ...decision };
  const subject = `${run_id}/${query_id}/${number}`;
  if (dice(3) === 0) return ask('prepay-payout', subject, facts);
  return ask('escrow-payout', subject, { ...facts, request_id: keyOf(number) });
};

const closeRun: Pick = (model, dice) => {
  const [run_id, run] = one(model.spending.runs, dice) ?? [];
  if (run_id === undefined || run === undefined) return undefined;
  const [query_id] = run.holds.keys();
  if (query_id === undefined || dice(20) === 0) return ask('close-run', run_id, { run_id });
  return ask('release', `${run_id}/${query_id}`, { run_id, query_id });
};

const planPayout: Pick = (model, dice, own) => {
  if (model.payouts.open.size >= OPEN_MAX.payouts) return movePayout(model, dice, own);
  const payout_id = `payout-${own.next()}`;
  return ask('plan-payout', payout_id, { payout_id, provider: one(PROVIDERS, dice)! });
};

const numberOf = (payoutId: string) => Number(payoutId.slice(payoutId.indexOf('-') + 1));

/** The next step of a payout, or one that must be refused. */
const movePayout: Pick = (model, dice, own) => {
  const [payout_id = '', payout] = one(model.payouts.open, dice) ?? [];
  if (payout === undefined) return undefined;
  const number = numberOf(payout_id);
  const step = `${payout_id}/${own.next()}`; // a step that was refused may be tried again
  const fail = () => ask('fail-payout', step, { payout_id, reason: 'no route' });
  if (payout.state === 'planned' && dice(8) > 0) {
    const [other = payout_id] = one(model.payouts.open, dice) ?? [];
    const decision = decisionOf(dice(6) === 0 ? numberOf(other) : number); // the hash may be used already
    return ask('send-payout', step, { payout_id, ...decision });
  }
  const roll = dice(10);
  if (payout.ahead === 'sealed' && roll < 4) return ask('reveal-payout', step, { payout_id });
  if (roll < 2 && (payout.ahead === undefined) === dice(8) > 0) return fail();
  if (roll < 2) return ask('return-payout', step, { payout_id, reason: 'cancelled' });
  if (roll < 5) return ask('doubt-payout', step, { payout_id, reason: 'no answer in time' });
  const preimage = dice(5) === 0 ? preimageOf(number + 1) : preimageOf(number);
  return ask('settle-payout', step, { payout_id, preimage, fees_msat: dice(100) });
};

const claim: Pick = (model, dice, own) => {
  const [provider, customer] = [one(PROVIDERS, dice)!, one(CUSTOMERS, dice)!];
  const jobs = model.earning.due.get(`${provider}/${customer}`);
  if ((jobs?.size ?? 0) >= OPEN_MAX.dues) return bill(model, dice, own);
  const job = `job-${own.next()}`;
  return ask('claim', job, { provider, customer, job, request_id: job, amount_msat: dice(AMOUNT_MAX) });
};

const bill: Pick = (model, dice, own) => {
  if (model.earning.openBills.size >= OPEN_MAX.bills) return endBill(model, dice, own);
  const [provider, customer] = [one(PROVIDERS, dice)!, one(CUSTOMERS, dice)!];
  const lines: [job: string, amount_msat: number, final: boolean][] = [];
  for (const [job, due] of model.earning.due.get(`${provider}/${customer}`) ?? [])
    lines.push([job, dice(4) === 0 ? dice(2 * due + 1) : due, dice(3) === 0]);
  if (dice(4) === 0) lines.push([dice(3) === 0 ? (lines[0]?.[0] ?? 'lost') : `lost-${own.next()}`, dice(50), true]);
  const sum = lines.reduce((total, [, msat]) => total + msat, 0);
  const number = own.next();
  const bill_id = `bill-${number}`;
  const { invoice, payment_hash, void_at: expires_at } = decisionOf(dice(12) === 0 ? number - dice(30) : number);
  const amounts = [Math.max(0, sum - 1), sum + dice(AMOUNT_MAX)]; // too little for its lines, or paid on account
  const amount_msat = dice(5) === 0 ? amounts[dice(2)]! : sum;
  const facts = { bill_id, provider, customer, amount_msat, lines, invoice, payment_hash, expires_at };
  const escrow = { request_id: keyOf(number), until: expires_at };
  return ask('bill', bill_id, dice(6) === 0 ? { ...facts, escrow } : facts);
};

const endBill: Pick = (model, dice, own) => {
  const { openBills, endedBill } = model.earning;
  const bill_id = dice(8) === 0 ? endedBill : one(openBills.keys(), dice);
  if (bill_id === undefined) return undefined;
  const end = `${bill_id}/${own.next()}`;
  return dice(4) === 0 ? ask('expire-bill', end, { bill_id }) : ask('receive', end, { bill_id });
};

const PICKS: readonly (readonly [weight: number, Pick])[] = [
  [3, openRun],
  [14, reserve],
  [10, settle],
  [4, release],
  [5, payAhead],
  [2, closeRun],
  [3, planPayout],
  [8, movePayout],
  [4, claim],
  [2, bill],
  [3, endBill],
];
const WEIGHTS = PICKS.reduce((sum, [weight]) => sum + weight, 0);

/** The same operation once more, or its id with other facts. */
function repeated(asked: Asked, dice: Dice): Asked {
  if (dice(2) === 0) return asked;
  const [name = '', value] = Object.entries(asked.facts).find(([, fact]) => typeof fact === 'number') ?? [];
  const other = name === '' ? { extra: 1 } : { [name]: (value as number) + 1 };
  return { ...asked, facts: { ...asked.facts, ...other } } as Asked;
}

/** @param earlier operations that were asked before, to ask again */
export function randomOperation(model: BookModel, dice: Dice, own: Own, earlier: readonly Asked[]): Asked {
  const before = dice(25) === 0 ? one(earlier, dice) : undefined;
  if (before !== undefined) return repeated(before, dice);
  let roll = dice(WEIGHTS);
  for (const [weight, pick] of PICKS) {
    if (roll < weight) return pick(model, dice, own) ?? openRun(model, dice, own) ?? fallback(own);
    roll -= weight;
  }
  return fallback(own);
}

/** Something that is always refused, where nothing else can be done. */
function fallback(own: Own): Asked {
  const run_id = own.name();
  return ask('close-run', run_id, { run_id });
}
