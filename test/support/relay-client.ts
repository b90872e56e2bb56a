// A bare Nostr client for tests: sends anything, also nonsense, and lets a test await what comes back.
// It verifies nothing and repairs nothing; what a relay does wrong stays visible.
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { EventTemplate, NostrEvent } from '../../protocol/event.ts';
import type { FilterJson } from '../../protocol/filter.ts';
import type { KeyPair } from '../../protocol/keypair.ts';

/** A message of a relay: its type, then what belongs to it. */
export type RelayMessage = [type: string, ...rest: unknown[]];

/** Only a hang takes this long; nothing waits for it on purpose. */
const HANG_MS = 10_000;

interface Waiter {
  readonly accepts: (message: RelayMessage) => boolean;
  readonly settle: (message: RelayMessage) => void;
}

export interface Answer {
  readonly accepted: boolean;
  readonly text: string;
}

export class RelayClient {
  readonly socket: WebSocket;
  /** Messages that nobody has taken yet, oldest first. */
  readonly inbox: RelayMessage[] = [];
  /** Settles with the close code. */
  readonly closed: Promise<number>;
  readonly #waiters = new Set<Waiter>();
  #subscriptions = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined); // the close that follows tells
    socket.on('message', (data) => this.#receive(JSON.parse(String(data)) as RelayMessage));
  }

  static async connect(url: string): Promise<RelayClient> {
    const client = new RelayClient(new WebSocket(url, { perMessageDeflate: false }));
    await once(client.socket, 'open');
    return client;
  }

  #receive(message: RelayMessage): void {
    for (const waiter of this.#waiters) {
      if (!waiter.accepts(message)) continue;
      this.#waiters.delete(waiter);
      waiter.settle(message);
      return;
    }
    this.inbox.push(message);
  }

  /** The first message, here or to come, that is wanted; it leaves the inbox. Rejects after a hang. */
  take(
    wanted: string,
    accepts: (message: RelayMessage) => boolean = ([type]) => type === wanted,
  ): Promise<RelayMessage> {
    const at = this.inbox.findIndex(accepts);
    if (at >= 0) return Promise.resolve(this.inbox.splice(at, 1)[0]!);
    return new Promise((resolve, reject) => {
      const hang = setTimeout(
        () => reject(new Error(`no ${wanted} came; the inbox holds ${JSON.stringify(this.inbox).slice(0, 500)}`)),
        HANG_MS,
      );
      const settle = (message: RelayMessage) => {
        clearTimeout(hang);
        resolve(message);
      };
      this.#waiters.add({ accepts, settle });
    });
  }

  send(...message: unknown[]): void {
    this.socket.send(JSON.stringify(message));
  }

  async ok(id: string): Promise<Answer> {
    const message = await this.take(`OK ${id}`, ([type, about]) => type === 'OK' && about === id);
    return { accepted: message[2] as boolean, text: message[3] as string };
  }

  publish(event: NostrEvent): Promise<Answer> {
    this.send('EVENT', event);
    return this.ok(event.id);
  }

  /** Opens a subscription; settles at EOSE with the stored events. */
  async request(id: string, ...filters: FilterJson[]): Promise<NostrEvent[]> {
    this.send('REQ', id, ...filters);
    await this.take(`EOSE ${id}`, ([type, about]) => type === 'EOSE' && about === id);
    return this.takeEvents(id);
  }

  /** Asks once: stored events, then CLOSE. */
  async query(...filters: FilterJson[]): Promise<NostrEvent[]> {
    this.#subscriptions += 1;
    const id = `query-${this.#subscriptions}`;
    const events = await this.request(id, ...filters);
    this.send('CLOSE', id);
    return events;
  }

  /** The events of a subscription that have arrived so far. */
  takeEvents(id: string): NostrEvent[] {
    const events: NostrEvent[] = [];
    for (let index = 0; index < this.inbox.length; ) {
      const [type, about, event] = this.inbox[index]!;
      if (type === 'EVENT' && about === id) {
        events.push(event as NostrEvent);
        this.inbox.splice(index, 1);
      } else index += 1;
    }
    return events;
  }

  /** The next live event of a subscription. */
  async nextEvent(id: string): Promise<NostrEvent> {
    const message = await this.take(`EVENT ${id}`, ([type, about]) => type === 'EVENT' && about === id);
    return message[2] as NostrEvent;
  }

  async closedReason(id: string): Promise<string> {
    const message = await this.take(`CLOSED ${id}`, ([type, about]) => type === 'CLOSED' && about === id);
    return message[2] as string;
  }

  async notice(): Promise<string> {
    return (await this.take('NOTICE'))[1] as string;
  }

  /** NIP-42 with the relay's challenge, which stays in the inbox for further keys. */
  async authenticate(keys: KeyPair, template: EventTemplate): Promise<Answer> {
    const event = keys.sign(template);
    this.send('AUTH', event);
    return this.ok(event.id);
  }

  async challenge(): Promise<string> {
    const message = await this.take('AUTH');
    this.inbox.unshift(message);
    return message[1] as string;
  }

  /** Settles when the relay has handled everything sent before. */
  async settled(): Promise<void> {
    this.#subscriptions += 1;
    await this.request(`settled-${this.#subscriptions}`, { kinds: [65_535], limit: 0 });
    this.send('CLOSE', `settled-${this.#subscriptions}`);
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }
}
