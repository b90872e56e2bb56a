// How many payments a second the embedded hub makes through a real relay, every signature made and checked and every
// payment synced to disk; beside it the wallet service of `@getalby/sdk` with nothing behind it, under the same load.
import '../node/v8-flags.ts';
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { msat } from '../protocol/money.ts';
import { WalletLoad } from './hub-load.ts';
import { inParallel } from './jobs-load.ts';
import { median, type Row, toRow } from './row.ts';

export const ids = ['hub-payments-per-s'] as const;

/** Issue 3, done-line 5. */
const GOAL = 300;
const IN_FLIGHT = 32;
const AMOUNT_MSAT = 1_000;
/** Rounds of both services, taken in turns; the first warms up and is not counted. */
const ROUNDS = 3;
const PAYMENTS = 1_000;
/** The SDK's service is several times slower: as many payments as take it as long. */
const SDK_PAYMENTS = 150;

const RELAY = fileURLToPath(new URL('./relay-process.js', import.meta.url));
const ROLES = fileURLToPath(new URL('./hub-roles.js', import.meta.url));

interface Service {
  readonly child: ChildProcess;
  readonly payer: WalletLoad;
  readonly payee: WalletLoad;
}

async function startRelay(): Promise<{ url: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, [RELAY], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
  return {
    url,
    async stop() {
      const gone = once(child, 'exit');
      child.stdin.end();
      await gone;
    },
  };
}

async function start(role: 'hub' | 'sdk', url: string): Promise<Service> {
  const [payer, payee] = [new WalletLoad(url), new WalletLoad(url)];
  // The SDK is talkative on standard output, which is for the table.
  const child = fork(ROLES, [role, url, payer.publicKey, payee.publicKey], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: process.env.PYLON_BENCH_EXEC_ARGV?.split(' ') ?? [],
  });
  const [{ publicKey }] = (await once(child, 'message')) as [{ publicKey: string }];
  await Promise.all([payer.connect(publicKey), payee.connect(publicKey)]);
  return { child, payer, payee };
}

async function stop({ child, payer, payee }: Service): Promise<void> {
  await Promise.all([payer.close(), payee.close()]);
  const gone = once(child, 'exit');
  child.send({ close: true });
  await gone;
}

/** Not measured: invoices are made before they are paid. */
async function makeInvoices({ payee }: Service, count: number): Promise<string[]> {
  const invoices: string[] = [];
  await inParallel(count, IN_FLIGHT, async () => {
    const { invoice } = await payee.ask('make_invoice', { amountMsat: msat(AMOUNT_MSAT) });
    invoices.push(invoice!);
  });
  return invoices;
}

/** Payments a second, `IN_FLIGHT` at a time. */
async function pay({ payer }: Service, invoices: readonly string[]): Promise<number> {
  const started = performance.now();
  await inParallel(invoices.length, IN_FLIGHT, async (index) => {
    await payer.ask('pay_invoice', { invoice: invoices[index]! });
  });
  return invoices.length / ((performance.now() - started) / 1_000);
}

/** Both services in turns, so that a busy moment of the machine hits both. */
export async function measure(only: readonly string[] = ids): Promise<Row[]> {
  if (!only.includes('hub-payments-per-s')) return [];
  const relay = await startRelay();
  const [hub, sdk] = [await start('hub', relay.url), await start('sdk', relay.url)];
  const [ours, theirs]: [number[], number[]] = [[], []];
  try {
    const someInvoice = (await makeInvoices(hub, 1))[0]!;
    for (let round = 0; round <= ROUNDS; round++) {
      const ourSpeed = await pay(hub, await makeInvoices(hub, PAYMENTS));
      const theirSpeed = await pay(sdk, Array(SDK_PAYMENTS).fill(someInvoice));
      if (round > 0) ours.push(ourSpeed);
      if (round > 0) theirs.push(theirSpeed);
    }
  } finally {
    await Promise.all([stop(hub), stop(sdk)]);
    await relay.stop();
  }
  const [value, limit] = [median(ours), median(theirs)];
  return [toRow({ id: 'hub-payments-per-s', value, unit: 'payments/s', goal: GOAL, direction: 'at-least', limit })];
}
