import fc from 'fast-check';
import t from 'tap';
import { sha256Hex } from '../../../../protocol/event.ts';
import { type Answer, HubStage, type StageClient } from '../../../support/hub-stage.ts';
import { settled } from '../../../support/virtual-clock.ts';

const CLIENTS = 3;
const FUNDS = 1_000;
const QUOTA = 2_500;

const client = fc.nat(CLIENTS - 1);
const invoice = fc.nat(30);
const action = fc.oneof(
  fc.record({ kind: fc.constant('make' as const), by: client, amount: fc.integer({ min: 1, max: 700 }) }),
  fc.record({ kind: fc.constant('hold' as const), by: client, amount: fc.integer({ min: 1, max: 700 }) }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pay' as const), by: client, invoice }) },
  fc.record({
    kind: fc.constant('keysend' as const),
    by: client,
    to: client,
    amount: fc.integer({ min: 0, max: 400 }),
  }),
  fc.record({ kind: fc.constant('settle' as const), by: client, invoice }),
  fc.record({ kind: fc.constant('cancel' as const), by: client, invoice }),
  fc.record({ kind: fc.constant('again' as const), of: invoice }),
);
const round = fc.record({ together: fc.array(action, { minLength: 1, maxLength: 12 }), restarts: fc.boolean() });

type Action = typeof action extends fc.Arbitrary<infer Value> ? Value : never;

interface KnownInvoice {
  readonly text: string;
  readonly payee: number;
  readonly amount: number;
  readonly preimage?: string;
}

/** What must be true, by nothing but the answers that clients got. */
class Model {
  readonly invoices = new Map<string, KnownInvoice>();
  readonly paidBy = new Map<string, number>();
  readonly keysends = new Map<string, { from: number; to: number; amount: number }>();

  paid(hash: string, by: number): void {
    if (this.paidBy.has(hash) && this.paidBy.get(hash) !== by) throw new Error('paid by two');
    this.paidBy.set(hash, by);
  }

  balances(): number[] {
    const balances = Array<number>(CLIENTS).fill(FUNDS);
    for (const [hash, by] of this.paidBy) {
      const { payee, amount } = this.invoices.get(hash)!;
      balances[by]! -= amount;
      balances[payee]! += amount;
    }
    for (const { from, to, amount } of this.keysends.values()) {
      balances[from]! -= amount;
      balances[to]! += amount;
    }
    return balances;
  }
}

class Run {
  readonly #stage: HubStage;
  readonly #clients: readonly StageClient[];
  readonly #model = new Model();
  readonly #sent: { by: number; action: Action; event: ReturnType<StageClient['request']> }[] = [];
  /** Of hold invoices, by their hash. */
  readonly #preimages = new Map<string, string>();
  readonly #faults: unknown[] = [];
  #made = 0;

  constructor(stage: HubStage, clients: readonly StageClient[]) {
    this.#stage = stage;
    this.#clients = clients;
  }

  async round(together: readonly Action[]): Promise<void> {
    const under = together.map((one) => {
      const done = this.#do(one).catch((thrown) => this.#faults.push(thrown));
      return one.kind === 'pay' || one.kind === 'again' ? undefined : done; // what is held, or a repeat, has no answer
    });
    await Promise.all(under);
    await this.#stage.hub.verify();
    await settled();
  }

  async check(): Promise<void> {
    if (this.#faults.length > 0) throw this.#faults[0];
    const found = await Promise.all(this.#clients.map(({ publicKey }) => this.#stage.hub.balanceMsat(publicKey)));
    const held = await this.#heldBy();
    const expected = this.#model.balances().map((balance, index) => balance - held[index]!);
    if (JSON.stringify(found) !== JSON.stringify(expected))
      throw new Error(`the hub has ${JSON.stringify(found)}, the answers say ${JSON.stringify(expected)}`);
    if (found.some((balance) => balance < 0)) throw new Error('a balance below zero');
    for (const { spentMsat } of await this.#stage.hub.connections())
      if (spentMsat > QUOTA) throw new Error('more sent than the quota');
  }

  /** By the payers' own lists: what waits for a preimage. */
  async #heldBy(): Promise<number[]> {
    return Promise.all(
      this.#clients.map(async ({ publicKey }) => {
        const sent = await this.#stage.hub.transactions(publicKey, { type: 'outgoing', limit: 200 });
        return sent.filter(({ state }) => state === 'pending').reduce((sum, { amountMsat }) => sum + amountMsat, 0);
      }),
    );
  }

  #pick(number: number): [hash: string, invoice: KnownInvoice] | undefined {
    const all = [...this.#model.invoices];
    return all.length === 0 ? undefined : all[number % all.length];
  }

  async #do(one: Action): Promise<void> {
    if (one.kind === 'again') {
      const before = this.#sent[one.of];
      if (before !== undefined) await this.#send(before.by, before.action, before.event);
      return;
    }
    const [method, params] = this.#requestOf(one);
    const event = this.#clients[one.by]!.request(method, params, { expiration: this.#stage.now + 600 });
    this.#sent.push({ by: one.by, action: one, event });
    await this.#send(one.by, one, event);
  }

  #requestOf(one: Exclude<Action, { kind: 'again' }>): [method: string, params: object] {
    const [hash = '00'.repeat(32), known] = 'invoice' in one ? (this.#pick(one.invoice) ?? []) : [];
    this.#made += 1;
    if (one.kind === 'make') return ['make_invoice', { amount: one.amount }];
    if (one.kind === 'hold') {
      const preimage = sha256Hex(`preimage ${this.#made}`);
      const payment_hash = sha256Hex(Buffer.from(preimage, 'hex'));
      this.#preimages.set(payment_hash, preimage);
      return ['make_hold_invoice', { amount: one.amount, payment_hash }];
    }
    if (one.kind === 'pay') return ['pay_invoice', { invoice: known?.text ?? 'none' }];
    if (one.kind === 'settle')
      return ['settle_hold_invoice', { preimage: this.#preimages.get(hash) ?? '00'.repeat(32) }];
    if (one.kind === 'cancel') return ['cancel_hold_invoice', { payment_hash: hash }];
    const pubkey = this.#stage.hub.nodePublicKey(this.#clients[one.to]!.publicKey);
    return ['pay_keysend', { amount: one.amount, pubkey }];
  }

  async #send(by: number, one: Action, event: ReturnType<StageClient['request']>): Promise<void> {
    const { error, result }: Answer = await this.#clients[by]!.send(event);
    if (error !== null) {
      if (error.code === 'INTERNAL') throw new Error(error.message);
      return;
    }
    if (one.kind === 'make' || one.kind === 'hold')
      this.#model.invoices.set(result.payment_hash, { text: result.invoice, payee: by, amount: one.amount });
    const hash = 'preimage' in result ? sha256Hex(Buffer.from(result.preimage, 'hex')) : '';
    if (one.kind === 'pay') this.#model.paid(hash, by);
    if (one.kind === 'keysend') this.#model.keysends.set(hash, { from: by, to: one.to, amount: one.amount });
  }
}

t.test('whatever is asked at once, by whom and how often: no msat is made, lost or paid twice', async (t) => {
  let [runs, answered] = [0, 0];
  await fc.assert(
    fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 8 }), async (rounds) => {
      const stage = await HubStage.open(t, 'disk');
      const clients: StageClient[] = [];
      for (let index = 0; index < CLIENTS; index++)
        clients.push(await stage.client(String(index), { fundMsat: FUNDS, quotaMsat: QUOTA }));
      for (const one of clients) await one.result('get_info');
      const run = new Run(stage, clients);
      for (const { together, restarts } of rounds) {
        await run.round(together);
        await run.check();
        if (restarts) await stage.restart(); // which checks the books, entry by entry
        await run.check();
      }
      runs += 1;
      answered += stage.pool.published.length;
      await stage.close();
    }),
    { numRuns: 40 },
  );
  t.comment(`${runs} runs, ${answered} letters`);
  t.equal(runs, 40);
});
