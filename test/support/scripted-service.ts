// A wallet service that does what the test tells it, also what no service should: it opens each request, and publishes
// whatever the test makes of it.
import { randomBytes } from 'node:crypto';
import type { Test } from 'tap';
import { realClock } from '../../node/clock.ts';
import { RelayPool } from '../../node/pool/relay-pool.ts';
import { realRandom } from '../../node/random.ts';
import { Relay } from '../../node/relay/server.ts';
import type { EventTemplate, VerifiedEvent } from '../../protocol/event.ts';
import { KeyPair } from '../../protocol/keypair.ts';
import { KIND_WALLET_REQUEST } from '../../protocol/kinds.ts';
import { parseWalletRequest } from '../../protocol/wallet/body.ts';
import {
  encodeWalletServiceInfo,
  requestEncryption,
  type WalletEncryption,
  walletResponseEvent,
} from '../../protocol/wallet/envelope.ts';
import { WALLET_METHODS } from '../../protocol/wallet/methods.ts';
import { WalletConnection } from '../../protocol/wallet/uri.ts';

export interface Heard {
  readonly event: VerifiedEvent;
  readonly encryption: WalletEncryption;
  readonly method: string;
  readonly params: Record<string, unknown>;
}

export type ServiceScript = (heard: Heard, service: ScriptedService) => unknown;

const nowSeconds = () => Math.floor(Date.now() / 1_000);

export class ScriptedService {
  readonly keys = KeyPair.generate(randomBytes);
  /** Every request, in order, by its method. */
  readonly heard: Heard[] = [];
  readonly relay: Relay;
  readonly pool: RelayPool;
  /** For its one client. */
  readonly connection: WalletConnection;
  readonly client: string;
  script: ServiceScript;

  private constructor(relay: Relay, pool: RelayPool, script: ServiceScript) {
    this.relay = relay;
    this.pool = pool;
    this.script = script;
    const secret = randomBytes(32).toString('hex');
    this.connection = new WalletConnection({ service: this.keys.publicKey, relays: [relay.url], secret });
    this.client = this.connection.keyPair(randomBytes).publicKey;
  }

  /** @param encryptions what its info event offers; `'no tag'`, or no info event at all: `'silence'` */
  static async start(
    t: Test,
    script: ServiceScript,
    encryptions: readonly string[] | 'no tag' | 'silence' = ['nip44_v2'],
  ): Promise<ScriptedService> {
    const relay = await Relay.start({ clock: Date.now, randomBytes });
    const pool = new RelayPool({ urls: [relay.url], clock: realClock(), random: realRandom() });
    const service = new ScriptedService(relay, pool, script);
    t.teardown(async () => {
      await pool.close();
      await relay.close();
    });
    pool.subscribe([{ kinds: [KIND_WALLET_REQUEST], '#p': [service.keys.publicKey] }], {
      onEvent: (event) => service.#hear(event),
    });
    await pool.ready();
    if (encryptions !== 'silence') await service.offer(encryptions);
    return service;
  }

  /** Publishes its info event. */
  offer(encryptions: readonly string[] | 'no tag', createdAt = nowSeconds()): Promise<void> {
    const named = encryptions === 'no tag' ? [] : encryptions;
    const info = { methods: WALLET_METHODS, notifications: ['payment_received'], encryptions: named };
    const { tags, ...event } = encodeWalletServiceInfo(info, createdAt);
    return this.publish({ ...event, tags: encryptions === 'no tag' ? [] : tags });
  }

  publish(template: EventTemplate, keys = this.keys): Promise<void> {
    return this.pool.publish(keys.sign(template));
  }

  /** Answers with any text, sealed as the request was. */
  reply(to: Heard, body: string): Promise<void> {
    return this.publish(this.response(to, body));
  }

  response({ event, encryption }: Heard, body: string, keys = this.keys): EventTemplate {
    const sealed = encryption === 'nip04' ? keys.legacySealFor(this.client, body) : keys.sealFor(this.client, body);
    return walletResponseEvent({ sealed, client: this.client, requestId: event.id, createdAt: nowSeconds() });
  }

  #hear(event: VerifiedEvent): void {
    const encryption = requestEncryption(event) as WalletEncryption;
    const body =
      encryption === 'nip04'
        ? this.keys.legacyOpenFrom(event.pubkey, event.content)
        : this.keys.openFrom(event.pubkey, event.content);
    const { method, params } = parseWalletRequest(body);
    const heard = { event, encryption, method, params: params as Record<string, unknown> };
    this.heard.push(heard);
    this.script(heard, this);
  }
}
