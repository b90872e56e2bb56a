// A hub whose clock is turned by hand, with clients that seal, sign and open by themselves: tests see every event, and can
// send it again, late, or to the next hub on the same store.
import { join } from 'node:path';
import type { Test } from 'tap';
import { Store } from '../../ledger/store/store.ts';
import { type Admission, Hub, type HubOptions } from '../../node/wallet/hub.ts';
import { type NostrEvent, tagValue, type VerifiedEvent } from '../../protocol/event.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import { KIND_WALLET_REQUEST, KIND_WALLET_RESPONSE } from '../../protocol/kinds.ts';
import { seededKeys } from './keys.ts';
import { LoopbackPool } from './loopback-pool.ts';
import { seededRandom } from './seeded-random.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { settled, VirtualClock } from './virtual-clock.ts';

/** The body of an answer, as it came. */
export interface Answer {
  readonly result_type: string;
  readonly error: { readonly code: string; readonly message: string } | null;
  // biome-ignore lint/suspicious/noExplicitAny: the wire's own form, which tests read field by field
  readonly result: any;
}

export interface RequestDetail {
  /** Unix seconds; now unless told. */
  readonly createdAt?: number;
  readonly expiration?: number;
  readonly encryption?: 'nip44_v2' | 'nip04' | 'nip44_v9';
}

export class StageClient {
  readonly keys: KeyPair;
  readonly #stage: HubStage;

  constructor(stage: HubStage, name: string) {
    this.#stage = stage;
    this.keys = seededKeys(`client ${name}`)[0]!;
  }

  get publicKey(): string {
    return this.keys.publicKey;
  }

  /** Signs a request; nothing is sent. */
  request(method: string, params: object = {}, detail: RequestDetail = {}): VerifiedEvent {
    return this.requestBody(JSON.stringify({ method, params }), detail);
  }

  requestBody(body: string, { createdAt, expiration, encryption = 'nip44_v2' }: RequestDetail = {}): VerifiedEvent {
    const hub = this.#stage.hubKeys.publicKey;
    const content = encryption === 'nip04' ? this.keys.legacySealFor(hub, body) : this.keys.sealFor(hub, body);
    const tags = [['p', hub]];
    if (encryption !== 'nip04') tags.push(['encryption', encryption]);
    if (expiration !== undefined) tags.push(['expiration', String(expiration)]);
    return this.keys.sign({ kind: KIND_WALLET_REQUEST, created_at: createdAt ?? this.#stage.now, tags, content });
  }

  /** Sends a request and waits for its answer. */
  async ask(method: string, params: object = {}, detail: RequestDetail = {}): Promise<Answer> {
    return this.send(this.request(method, params, detail));
  }

  /** The result of a request that has to succeed. */
  // biome-ignore lint/suspicious/noExplicitAny: the wire's own form, which tests read field by field
  async result(method: string, params: object = {}): Promise<any> {
    const { error, result } = await this.ask(method, params);
    if (error !== null) throw new Error(`${method}: ${error.code} ${error.message}`);
    return result;
  }

  send(event: VerifiedEvent): Promise<Answer> {
    const { pool } = this.#stage;
    return new Promise((resolve) => {
      const stop = pool.onPublished((published) => {
        if (published.kind !== KIND_WALLET_RESPONSE || tagValue(published, 'e') !== event.id) return;
        stop();
        resolve(this.open(published));
      });
      pool.send(event);
    });
  }

  open(event: NostrEvent): Answer {
    const hub = this.#stage.hubKeys.publicKey;
    const isLegacy = event.content.includes('?iv=');
    return JSON.parse(isLegacy ? this.keys.legacyOpenFrom(hub, event.content) : this.keys.openFrom(hub, event.content));
  }

  /** Notifications that came so far. */
  heard(): { kind: number; type: string; transaction: Record<string, unknown> }[] {
    return this.#stage.pool.published
      .filter(({ kind, tags }) => (kind === 23196 || kind === 23197) && tags[0]?.[1] === this.publicKey)
      .map((event) => {
        const body = this.open(event) as unknown as {
          notification_type: string;
          notification: Record<string, unknown>;
        };
        return { kind: event.kind, type: body.notification_type, transaction: body.notification };
      });
  }
}

export class HubStage {
  readonly clock = new VirtualClock();
  readonly hubKeys = seededKeys('hub')[0]!;
  readonly logged: string[] = [];
  pool: LoopbackPool;
  hub!: Hub;
  store: Store | undefined;
  readonly #options: Partial<HubOptions>;
  readonly #folder: string | undefined;

  private constructor(folder: string | undefined, options: Partial<HubOptions>) {
    this.#folder = folder;
    this.#options = options;
    this.pool = new LoopbackPool(() => this.clock.now());
  }

  /** @param where `memory`, or `disk` for a store that outlives a restart */
  static async open(t: Test, where: 'memory' | 'disk' = 'memory', options: Partial<HubOptions> = {}) {
    const folder = where === 'disk' ? join(await temporaryFolder(t), 'hub') : undefined;
    const stage = new HubStage(folder, options);
    await stage.start();
    t.teardown(() => stage.close());
    return stage;
  }

  /** Unix seconds. */
  get now(): number {
    return Math.floor(this.clock.now() / 1_000);
  }

  async start(): Promise<void> {
    this.store = this.#folder === undefined ? undefined : await Store.open(this.#folder);
    this.hub = await Hub.open({
      store: this.store ?? 'memory',
      keys: this.hubKeys,
      nodeSecret: Buffer.alloc(32, 7),
      pool: this.pool,
      clock: this.clock,
      random: seededRandom(7),
      log: (line) => this.logged.push(line),
      ...this.#options,
    });
  }

  /** Another process on the same store, with nothing in memory and a pool that has seen nothing. */
  async restart(): Promise<void> {
    await this.hub.close();
    this.pool = new LoopbackPool(() => this.clock.now(), this.pool);
    await this.start();
  }

  async close(): Promise<void> {
    await this.hub.close();
  }

  /** A client with a connection. */
  async client(name: string, admission: Partial<Admission> = {}): Promise<StageClient> {
    const client = this.stranger(name);
    await this.hub.admit({ clientPublicKey: client.publicKey, name, ...admission });
    return client;
  }

  stranger(name: string): StageClient {
    return new StageClient(this, name);
  }

  /** Sends what should be ignored, and gives it every chance not to be. */
  async sendInVain(event: VerifiedEvent): Promise<number> {
    const before = this.pool.published.length;
    this.pool.send(event);
    await settled();
    return this.pool.published.length - before;
  }

  /** Turns the clock second by second until it is so: how many it takes depends on the disk too. A hang fails the test. */
  async passUntil(description: string, isSo: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 20_000;
    while (!(await isSo())) {
      if (Date.now() > deadline) throw new Error(`never came true: ${description}`);
      await this.pass(1);
    }
  }

  /** Turns the clock, and everything that falls due with it. */
  async pass(seconds: number): Promise<void> {
    const wait = new Promise<void>((resolve) => {
      this.clock.after(seconds * 1_000, resolve);
    });
    await this.clock.runUntil(wait);
    await settled();
  }
}
