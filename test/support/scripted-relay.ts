// A relay that does what the test tells it, also what no relay should. Unless told otherwise it stores nothing,
// answers EVENT with OK and REQ with EOSE.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { NostrEvent } from '../../protocol/event.ts';
import type { FilterJson } from '../../protocol/filter.ts';

export class Visitor {
  readonly socket: WebSocket;
  /** Everything this client said, in order. */
  readonly said: unknown[][] = [];

  constructor(socket: WebSocket) {
    this.socket = socket;
  }

  send(...message: unknown[]): void {
    this.socket.send(JSON.stringify(message));
  }

  /** The first messages of a type. */
  heard(type: string): unknown[][] {
    return this.said.filter(([said]) => said === type);
  }

  /** The header of a frame of `bytes`, which never follow. */
  announceFrame(bytes: number): void {
    const header = Buffer.from([0x81, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
    header.writeBigUInt64BE(BigInt(bytes), 2);
    (this.socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(header);
  }
}

export interface Script {
  onVisit?(visitor: Visitor, count: number): void;
  onRequest?(visitor: Visitor, id: string, filters: FilterJson[]): void;
  onPublish?(visitor: Visitor, event: NostrEvent): void;
  onOther?(visitor: Visitor, message: unknown[]): void;
  /** Answers plain HTTP; 404 unless told. */
  onHttp?(request: IncomingMessage, response: ServerResponse): void;
  readonly answersPings?: boolean;
}

export class ScriptedRelay {
  readonly url: string;
  readonly visitors: Visitor[] = [];
  readonly #server: Server;
  readonly #sockets: WebSocketServer;

  private constructor(server: Server, sockets: WebSocketServer) {
    this.#server = server;
    this.#sockets = sockets;
    this.url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(script: Script = {}): Promise<ScriptedRelay> {
    const server = createServer((request, response) => {
      if (script.onHttp !== undefined) script.onHttp(request, response);
      else response.writeHead(404).end();
    });
    const sockets = new WebSocketServer({ server, perMessageDeflate: false, autoPong: script.answersPings ?? true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const relay = new ScriptedRelay(server, sockets);
    sockets.on('connection', (socket) => relay.#welcome(new Visitor(socket), script));
    return relay;
  }

  #welcome(visitor: Visitor, script: Script): void {
    this.visitors.push(visitor);
    visitor.socket.on('error', () => undefined); // clients cut at will here
    visitor.socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as [string, ...unknown[]];
      visitor.said.push(message);
      const [type, first, ...rest] = message;
      if (type === 'REQ') {
        if (script.onRequest !== undefined) script.onRequest(visitor, first as string, rest as FilterJson[]);
        else visitor.send('EOSE', first);
      } else if (type === 'EVENT') {
        if (script.onPublish !== undefined) script.onPublish(visitor, first as NostrEvent);
        else visitor.send('OK', (first as NostrEvent).id, true, '');
      } else script.onOther?.(visitor, message);
    });
    script.onVisit?.(visitor, this.visitors.length);
  }

  get latest(): Visitor | undefined {
    return this.visitors.at(-1);
  }

  async close(): Promise<void> {
    for (const client of this.#sockets.clients) client.terminate();
    this.#sockets.close();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}

/** Answers HTTP with this NIP-11 document. */
export function tells(document: unknown): NonNullable<Script['onHttp']> {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/nostr+json' }).end(JSON.stringify(document));
  };
}
