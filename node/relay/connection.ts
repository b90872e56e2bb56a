// One client: what it may still send, what waits for it, whom it has proven to be. A reader that
// does not keep up is told so and cut off, because nothing may wait without bound.
import { WebSocket } from 'ws';
import type { RelayLimits } from './limits.ts';
import type { Peer } from './policies.ts';
import type { RelayCounters } from './stats.ts';

const TEXT_FRAME = { binary: false, compress: false, fin: true } as const;

/** WebSocket close codes (RFC 6455): policy violation, and "try again later". */
const CLOSE_POLICY = 1008;
const CLOSE_TRY_LATER = 1013;

/** A stored answer waits for its reader from this share of the buffer on; live events have the rest. */
const PACED_SHARE = 0.25;

export interface ConnectionInit {
  readonly socket: WebSocket;
  readonly address: string;
  /** Hosts (`name:port`) under which this client reached us; an AUTH event must name one. */
  readonly hosts: readonly string[];
  /** NIP-42 challenge, unpredictable, one per connection. */
  readonly challenge: string;
  readonly limits: RelayLimits;
  readonly counters: RelayCounters;
}

export class Connection implements Peer {
  readonly address: string;
  readonly hosts: readonly string[];
  readonly challenge: string;
  readonly pubkeys = new Set<string>();
  /** Listed values over all open filters. */
  filterValues = 0;
  /** Set by a pong, cleared by the heartbeat. */
  isAlive = true;
  readonly #socket: WebSocket;
  readonly #limits: RelayLimits;
  readonly #counters: RelayCounters;
  #garbage = 0;
  #pending = 0;

  constructor(init: ConnectionInit) {
    this.#socket = init.socket;
    this.address = init.address;
    this.hosts = init.hosts;
    this.challenge = init.challenge;
    this.#limits = init.limits;
    this.#counters = init.counters;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** False when the connection is closed or was just cut off. */
  send(frame: string | Uint8Array): boolean {
    if (!this.isOpen) return false;
    if (this.#socket.bufferedAmount > this.#limits.bufferedBytesMax) {
      this.#counters.slowReaders += 1;
      const reason = `error: more than ${this.#limits.bufferedBytesMax} bytes wait for you to read them`;
      this.#socket.send(JSON.stringify(['NOTICE', `${reason}; reconnect and ask again`]));
      this.#socket.close(CLOSE_TRY_LATER, 'too slow');
      return false;
    }
    this.#socket.send(frame, TEXT_FRAME);
    return true;
  }

  /** Sends, and while much waits for this reader settles only once the frame is on its way. */
  async sendPaced(frame: Uint8Array): Promise<void> {
    if (this.#socket.bufferedAmount < this.#limits.bufferedBytesMax * PACED_SHARE) {
      this.send(frame);
      return;
    }
    await new Promise<void>((resolve) => this.#socket.send(frame, TEXT_FRAME, () => resolve()));
  }

  /** NIP-42: asks the client to prove a key. Said again with each refusal for want of it: a client may have missed the first. */
  askForKey(): void {
    this.send(JSON.stringify(['AUTH', this.challenge]));
  }

  notice(text: string): void {
    this.send(JSON.stringify(['NOTICE', text]));
  }

  ok(id: string, accepted: boolean, text: string): void {
    this.send(JSON.stringify(['OK', id, accepted, text]));
  }

  /** A message that is none: answered, counted, and after too many the connection ends. */
  garbage(text: string): void {
    this.#counters.garbage += 1;
    this.#garbage += 1;
    this.notice(`invalid: ${text}`);
    if (this.#garbage >= this.#limits.garbageMax) this.#socket.close(CLOSE_POLICY, 'too many unreadable messages');
  }

  /** Stops reading while too much of what this client asked for is under way. */
  hold(work: Promise<void>): void {
    this.#pending += 1;
    if (this.#pending >= this.#limits.pendingMax) this.#socket.pause();
    void work.finally(() => {
      this.#pending -= 1;
      if (this.#pending < this.#limits.pendingMax / 2) this.#socket.resume();
    });
  }

  /** Ends a connection that did not answer the last ping, pings the others. */
  heartbeat(): void {
    if (!this.isAlive) {
      this.#socket.terminate();
      return;
    }
    this.isAlive = false;
    if (this.isOpen) this.#socket.ping();
  }
}
