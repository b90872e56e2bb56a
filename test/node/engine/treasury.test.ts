import { randomBytes } from 'node:crypto';
import t, { type Test } from 'tap';
import type { Clock } from '../../../conductor/ports.ts';
import { Book } from '../../../ledger/book/book.ts';
import { RunBudgets } from '../../../ledger/book/run-budgets.ts';
import { RunJournal } from '../../../ledger/journal.ts';
import { Store } from '../../../ledger/store/store.ts';
import { openEngine } from '../../../node/engine/engine.ts';
import type { Engine, EngineOptions } from '../../../node/engine/port.ts';
import { homePaths } from '../../../node/home.ts';
import { realRandom } from '../../../node/random.ts';
import { Relay } from '../../../node/relay/server.ts';
import { msat } from '../../../protocol/money.ts';
import { encodeWalletResult } from '../../../protocol/wallet/body.ts';
import { decisionOf, preimageOf } from '../../support/book/payments.ts';
import { promptTimer } from '../../support/prompt-timer.ts';
import { ScriptedService, type ServiceScript } from '../../support/scripted-service.ts';
import { hurriedClock, newKeys } from '../../support/swarm.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { runIdOf } from '../../support/traces.ts';

const OWED = msat(1_234);
const PROVIDER = 'a'.repeat(64);

/** Paid, and it says so. */
const isPaid: ServiceScript = (heard, service) => {
  const transaction = {
    type: 'outgoing' as const,
    state: 'settled' as const,
    paymentHash: decisionOf(1).payment_hash,
    preimage: preimageOf(1),
    amountMsat: OWED,
    feesPaidMsat: msat(0),
    createdAt: 0,
  };
  if (heard.method === 'lookup_invoice') void service.reply(heard, encodeWalletResult('lookup_invoice', transaction));
};

/** A home whose process died after it had asked this wallet to pay. */
async function homeOfTheDead(t: Test, wallet: string): Promise<string> {
  const home = await temporaryFolder(t);
  const store = await Store.open(homePaths.store(home));
  const book = await Book.open(store, () => 0);
  const journal = new RunJournal(store, promptTimer, book);
  const budgets = new RunBudgets(book);
  await journal.post(budgets.openRun(runIdOf(1), OWED, 0));
  await journal.post(budgets.reserve(runIdOf(1), '0.0', OWED));
  await journal.post(budgets.settle(runIdOf(1), '0.0', PROVIDER, OWED));
  await journal.post(budgets.closeRun(runIdOf(1)));
  await journal.post(book.do('plan/p1', 'plan-payout', { payout_id: 'p1', provider: PROVIDER }));
  await journal.post(book.do('send/p1', 'send-payout', { payout_id: 'p1', ...decisionOf(1), wallet }));
  await store.close();
  return home;
}

function optionsOf(home: string, uri: string): EngineOptions {
  const keys = newKeys();
  const environment = { PYLON_NWC: uri };
  const ports = { clock: hurriedClock(), random: realRandom(), notice: () => undefined };
  return { home, store: 'disk', identity: async () => keys, environment, ...ports };
}

/** A request to a wallet is given up after 20 s: here never. */
const withoutTimeouts = (clock: Clock): Clock => ({
  now: () => clock.now(),
  after: (delayMs, callback) => (delayMs < 15_000 ? clock.after(delayMs, callback) : () => undefined),
});

const stateOf = async (engine: Engine) => (await engine.money.ledger()).payouts[0]?.state;

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise(setImmediate);
}

t.test('a daemon looks up what its predecessor left, also where the wallet is away at first', async (t) => {
  const service = await ScriptedService.start(t, isPaid);
  const home = await homeOfTheDead(t, service.client);
  const port = Number(new URL(service.relay.url).port);
  await service.relay.close();
  const options = { ...optionsOf(home, service.connection.reveal()), takesUpPayouts: true };
  const engine = await openEngine(options);
  t.teardown(() => engine.close());
  t.equal(await stateOf(engine), 'sent', 'nobody can say yet');
  const relay = await Relay.start({ port, clock: Date.now, randomBytes });
  t.teardown(() => relay.close());
  await service.offer(['nip44_v2']);
  await until(async () => (await stateOf(engine)) === 'settled');
  t.match(await engine.money.ledger(), { paid_msat: OWED, inflight_msat: 0, owed_msat: 0 });
});

t.test('an engine that is closed does not wait for a wallet that does not answer', async (t) => {
  const service = await ScriptedService.start(t, () => undefined);
  const home = await homeOfTheDead(t, service.client);
  const options = { ...optionsOf(home, service.connection.reveal()), takesUpPayouts: true };
  const engine = await openEngine({ ...options, clock: withoutTimeouts(options.clock) });
  await until(async () => service.heard.some(({ method }) => method === 'lookup_invoice'));
  await engine.close();
  t.pass('it is closed, and the lookup would have been waited for without end');
});
