import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { realClock } from '../../../../node/clock.ts';
import { realRandom } from '../../../../node/random.ts';
import { NwcClient } from '../../../../node/wallet/nwc-client.ts';
import { sha256Hex } from '../../../../protocol/event.ts';
import { msat } from '../../../../protocol/money.ts';
import { WalletConnection } from '../../../../protocol/wallet/uri.ts';
import { seededBytes, seededKeys } from '../../../support/keys.ts';
import { seededRandom } from '../../../support/seeded-random.ts';
import { Swarm } from '../../../support/swarm.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const HUB = fileURLToPath(new URL('../../../support/hub-process.js', import.meta.url));
const SEED = Number(process.env.HUB_KILL_SEED ?? 47);
const ROUNDS = 3;
const INVOICES = 40;
const IN_FLIGHT = 16;
const FUNDS = 1_000_000;

/** A hub to be killed, and two clients of it that outlive it. */
class Scene {
  readonly #t: Test;
  readonly #folder: string;
  readonly #relayUrl: string;
  readonly #secrets = ['payer', 'payee'].map((name) => Buffer.from(seededBytes(name)(32)).toString('hex'));

  constructor(t: Test, folder: string, relayUrl: string) {
    this.#t = t;
    this.#folder = folder;
    this.#relayUrl = relayUrl;
  }

  async startHub(): Promise<ChildProcess> {
    const clients = this.#secrets.map((_, index) => this.#connection(index).keyPair(seededBytes('x')).publicKey);
    const child = spawn(process.execPath, [HUB, this.#folder, this.#relayUrl, ...clients], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#t.teardown(() => child.kill('SIGKILL'));
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    this.#t.equal(line, 'serving', 'the books hold');
    return child;
  }

  #connection(index: number): WalletConnection {
    const service = seededKeys('hub')[0]!.publicKey;
    return new WalletConnection({ service, relays: [this.#relayUrl], secret: this.#secrets[index]! });
  }

  async client(index: number): Promise<NwcClient> {
    const client = new NwcClient({ connection: this.#connection(index), clock: realClock(), random: realRandom() });
    this.#t.teardown(() => client.close());
    await client.ready();
    return client;
  }
}

/** Pays until `answers` answers came, then kills the hub. What it answered, by invoice. */
async function payAndKill(hub: ChildProcess, payer: NwcClient, invoices: readonly string[], answers: number) {
  const preimages = new Map<string, string>();
  const gone = once(hub, 'exit');
  let next = 0;
  const worker = async () => {
    for (let invoice = invoices[next++]; invoice !== undefined && hub.exitCode === null; invoice = invoices[next++]) {
      const expiresAt = Math.floor(Date.now() / 1_000) + 60;
      const { preimage } = await payer.pay(payer.preparePayment({ invoice, expiresAt }));
      preimages.set(invoice, preimage);
      if (preimages.size === answers) hub.kill('SIGKILL');
    }
  };
  const working = Promise.allSettled(Array.from({ length: IN_FLIGHT }, worker));
  await gone;
  await payer.close(); // who still waits for an answer waits in vain
  await working;
  return preimages;
}

t.test(`killed in the middle of payments, both balances and every answer agree (seed ${SEED})`, async (t) => {
  const random = seededRandom(SEED);
  const swarm = await Swarm.start();
  t.teardown(() => swarm.close());
  const scene = new Scene(t, join(await temporaryFolder(t), 'hub'), swarm.relay.url);
  let hub = await scene.startHub();
  const payee = await scene.client(1);
  let paidMsat = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const made = [];
    for (let index = 0; index < INVOICES; index++) made.push(await payee.makeInvoice({ amountMsat: msat(10 + index) }));
    const invoices = made.map(({ invoice }) => invoice!);
    const answers = 1 + Math.floor(random.fraction() * (INVOICES - IN_FLIGHT));
    const preimages = await payAndKill(hub, await scene.client(0), invoices, answers);
    t.ok(preimages.size >= answers, `round ${round}: killed after ${answers} answers`);

    hub = await scene.startHub();
    const payer = await scene.client(0);
    for (const { invoice, paymentHash, amountMsat } of made) {
      const { state, preimage } = await payee.lookupInvoice({ paymentHash });
      const answered = preimages.get(invoice!);
      if (answered !== undefined && (state !== 'settled' || preimage !== answered)) t.fail(`an answer was not true`);
      if (state === 'settled') paidMsat += amountMsat;
    }
    t.equal(await payer.getBalance(), FUNDS - paidMsat);
    t.equal(await payee.getBalance(), paidMsat);

    for (const { invoice, paymentHash, amountMsat } of made) {
      const before = await payee.lookupInvoice({ paymentHash });
      const expiresAt = Math.floor(Date.now() / 1_000) + 60;
      const { preimage } = await payer.pay(payer.preparePayment({ invoice: invoice!, expiresAt }));
      if (sha256Hex(Buffer.from(preimage, 'hex')) !== paymentHash) t.fail('a preimage does not hash');
      if (before.state !== 'settled') paidMsat += amountMsat;
    }
    t.equal(await payee.getBalance(), paidMsat, 'asked again, each is paid once in all');
    t.equal(await payer.getBalance(), FUNDS - paidMsat);
    await payer.close();
  }
});
