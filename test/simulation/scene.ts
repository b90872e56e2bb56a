// The stage of a simulation: a relay and two providers in this process, the fake wallet in another that is raised again
// whenever it dies, and askers in processes of their own, with homes that outlive them.

import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Clock } from '../../conductor/ports.ts';
import type { Rows } from '../../ledger/book/rows.ts';
import { realClock } from '../../node/clock.ts';
import { openEngine } from '../../node/engine/engine.ts';
import type { Engine } from '../../node/engine/port.ts';
import { homePaths } from '../../node/home.ts';
import { Relay } from '../../node/relay/server.ts';
import { KeyPair } from '../../protocol/keypair.ts';
import { type TemporaryTest, temporaryFolder } from '../support/temporary-folder.ts';
import { faultsOfEarnings, faultsOfReceipts, receivedMsat } from './audit.ts';
import { bundleProcesses } from './bundle.ts';
import { captureBooks, capturedBook } from './captured-books.ts';
import { Child } from './child.ts';
import { Daemon } from './daemon.ts';
import { engineOptionsOf, PAYOUT_THRESHOLD_SATS, simulationInput } from './engine-options.ts';
import { elapsed, type ScaledTime, scaledClock } from './scaled-clock.ts';
import type { VictimConfig, VictimMessage } from './victim.ts';
import { WalletBooks } from './wallet-books.ts';
import { walletClient, walletConnection } from './wallet-clients.ts';
import { readWalletLog } from './wallet-log.ts';
import type { WalletProcessConfig } from './wallet-process.ts';
import type { Trouble } from './wallet-troubles.ts';

/** Seconds of the simulation in a real one: what must wait for an invoice to be void waits six real seconds. */
const SCALE = 8;
/** In real time the command itself is the daemon. */
const PYLON = resolve('bin/pylon.js');
/** A wallet that died is gone for so many milliseconds of the simulation. */
const GONE_MS = 10_000;

/** A provider looks an open invoice up once a minute at least, and then the wallet has to answer. */
const RECEIVED_WITHIN_MS = 90_000;
const LOOK_MS = 500;

type WalletMessage = { readonly serving: true } | { readonly heard: true };

const isServing = (message: WalletMessage): message is { serving: true } => 'serving' in message;

/** Who pays: the fake wallet, or the hub of the home with play money. */
export type HomeKind = 'connected' | 'embedded';

type VictimWork = Pick<VictimConfig, 'runs' | 'settles' | 'serves' | 'providerName' | 'at'>;

export interface SceneOptions {
  readonly seed: number;
  readonly scale?: number;
  readonly providers?: number;
}

/** An identity as `pylon init` writes it. Deriving one from its words takes longer than all else that a process does here. */
function identityFile(): string {
  const secret = randomBytes(32);
  const { publicKey } = new KeyPair(secret, randomBytes);
  const written = { v: 1, npub: `npub1${'q'.repeat(58)}`, public_key: publicKey, secret_key: secret.toString('hex') };
  return JSON.stringify({ ...written, mnemonic: 'none' });
}

export class Scene {
  readonly folder: string;
  readonly relay: Relay;
  readonly time: ScaledTime;
  readonly clock: Clock;
  readonly realClock: Clock = realClock();
  readonly inputPath: string;
  readonly walletLog: string;
  /** Homes of the providers in this process, by the name of their wallet's connection. */
  readonly #providerHomes = new Map<string, string>();
  readonly #seed: number;
  readonly #bundle: string;
  readonly #providers: Engine[] = [];
  readonly #children = new Set<Child<object>>();
  #wallet: Child<WalletMessage> | undefined;
  readonly #troubles = new Map<string, readonly Trouble[]>();
  #isClosed = false;
  #raising: Promise<void> = Promise.resolve();

  private constructor(folder: string, relay: Relay, time: ScaledTime, seed: number, bundle: string) {
    this.#bundle = bundle;
    this.folder = folder;
    this.relay = relay;
    this.time = time;
    this.clock = scaledClock(time);
    this.#seed = seed;
    this.walletLog = join(folder, 'wallet.log');
    this.inputPath = join(folder, 'in.log');
    writeFileSync(this.inputPath, simulationInput());
  }

  static async open(t: TemporaryTest, { seed, scale = SCALE, providers = 2 }: SceneOptions): Promise<Scene> {
    captureBooks();
    const folder = await temporaryFolder(t);
    const time = { epochMs: Date.now(), scale };
    const clock = scaledClock(time);
    const relay = await Relay.start({ clock: () => clock.now(), randomBytes });
    const scene = new Scene(folder, relay, time, seed, await bundleProcesses(t));
    t.teardown(() => scene.close());
    await scene.#raiseWallet();
    for (let made = 1; made <= providers; made++) await scene.#openProvider(`provider-${made}`);
    return scene;
  }

  /** What the next payments of a payer meet, drawn by the seed. */
  async trouble(name: string, troubles: readonly Trouble[]): Promise<void> {
    const payer = walletClient(name);
    this.#troubles.set(payer, troubles);
    await this.#raising;
    this.#wallet?.say({ payer, troubles });
  }

  /** Ends the wallet's process at once; it comes back by itself. */
  killWallet(): void {
    this.#wallet?.kill();
  }

  /** Resolves when the wallet serves. */
  async walletServes(): Promise<void> {
    while (this.#wallet?.messages.some(isServing) !== true || this.#wallet.hasEnded) await elapsed(this.clock, LOOK_MS);
  }

  /** A home with nothing but an identity. */
  newHome(name: string): string {
    const home = join(this.folder, name);
    mkdirSync(home, { mode: 0o700 });
    writeFileSync(homePaths.identity(home), identityFile(), { mode: 0o600 });
    return home;
  }

  /** The connection of an asker or provider as it stands in PYLON_NWC. */
  walletUri(name: string): string {
    return walletConnection(this.relay.url, name).reveal();
  }

  /** Starts a process on a home. @param name of its wallet's connection */
  victim(name: string, home: string, does: VictimWork): Child<VictimMessage> {
    const { inputPath, time, relay } = this;
    const config = { ...does, home, inputPath, time, relayUrl: relay.url, walletUri: this.walletUri(name) };
    return this.#adopt(
      new Child<VictimMessage>(this.#script('./victim.js'), [JSON.stringify(config satisfies VictimConfig)]),
    );
  }

  /** Starts a daemon on a home, whose clock runs as fast as the simulation's. @param name of its wallet's connection */
  daemon(name: string, home: string, kind: HomeKind): Daemon {
    const environment = {
      PYLON_HOME: home,
      PYLON_WALLET_PAYOUT_THRESHOLD_SATS: String(PAYOUT_THRESHOLD_SATS),
      SIMULATION_TIME: JSON.stringify(this.time),
      ...(kind === 'embedded' ? {} : { PYLON_NWC: this.walletUri(name) }),
    };
    const argv = ['start', '--foreground', '--port', '0'];
    const script = this.time.scale === 1 ? PYLON : this.#script('./victim-daemon.js');
    return new Daemon(this, home, kind, this.#adopt(new Child(script, argv, environment)));
  }

  /** Resolves when the books of every provider here say what the wallet knows. @returns what they do not agree on after a while */
  async providersAgree(): Promise<string[]> {
    const faults = () => {
      const wallet = new WalletBooks(readWalletLog(this.walletLog));
      return [...this.#providerHomes].flatMap(([name, home]) => {
        const { rows } = capturedBook(homePaths.store(home));
        return [...faultsOfReceipts(name, receivedMsat(rows), wallet), ...faultsOfEarnings(rows)];
      });
    };
    const deadlineMs = this.clock.now() + RECEIVED_WITHIN_MS;
    while (faults().length > 0 && this.clock.now() < deadlineMs) await elapsed(this.clock, LOOK_MS);
    return faults();
  }

  /** What the books of the providers here say now. */
  get rows(): Rows[] {
    return [...this.#providerHomes.values()].map((home) => capturedBook(homePaths.store(home)).rows);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const child of this.#children) child.kill();
    await Promise.all([...this.#children].map((child) => child.ended));
    await Promise.all(this.#providers.map((engine) => engine.close()));
    await this.relay.close();
  }

  #script(name: string): string {
    return join(this.#bundle, name);
  }

  #adopt<Message extends object>(child: Child<Message>): Child<Message> {
    this.#children.add(child);
    void child.ended.then(() => this.#children.delete(child));
    return child;
  }

  async #openProvider(name: string): Promise<void> {
    const home = this.newHome(name);
    const { relay, time } = this;
    const wanted = { home, relayUrl: relay.url, walletUri: this.walletUri(name), time, providerName: name };
    this.#providers.push(await openEngine(engineOptionsOf(wanted)));
    this.#providerHomes.set(name, home);
  }

  async #raiseWallet(): Promise<void> {
    const config: WalletProcessConfig = {
      log: this.walletLog,
      relayUrl: this.relay.url,
      time: this.time,
      seed: this.#seed,
      troubles: Object.fromEntries(this.#troubles),
    };
    const wallet = this.#adopt(new Child<WalletMessage>(this.#script('./wallet-process.js'), [JSON.stringify(config)]));
    this.#wallet = wallet;
    void wallet.ended.then(() => {
      this.#raising = this.#raiseAgain(wallet);
    });
    await wallet.heard(isServing);
  }

  async #raiseAgain(wallet: Child<WalletMessage>): Promise<void> {
    if (this.#isClosed) return;
    if (!wallet.wasKilled) throw new Error(`the wallet ended by itself: ${wallet.stderr}`);
    await elapsed(this.clock, GONE_MS);
    if (!this.#isClosed) await this.#raiseWallet();
  }
}
