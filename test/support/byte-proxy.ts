// A TCP proxy that cuts a connection at given bytes, whichever way they go, and remembers everything that crossed it.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class ByteProxy {
  readonly url: string;
  readonly crossed: Buffer[] = [];
  bytes = 0;
  cuts = 0;
  /** Bytes from the beginning, in order; each is used up by a cut. */
  cutsAt: number[] = [];
  /** Of the server behind it. */
  targetPort = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', (client) => this.#join(client));
  }

  static async start(): Promise<ByteProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ByteProxy(server);
  }

  #join(client: Socket): void {
    const behind = connect(this.targetPort, '127.0.0.1');
    for (const [from, to] of [
      [client, behind],
      [behind, client],
    ] as const) {
      this.#sockets.add(from);
      from.setNoDelay(true);
      from.on('error', () => undefined); // the close that follows tells
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      from.on('data', (part: Buffer) => this.#pass(part, from, to));
    }
  }

  #pass(part: Buffer, from: Socket, to: Socket): void {
    const cutAt = this.cutsAt[0];
    const isCut = cutAt !== undefined && cutAt <= this.bytes + part.length;
    const passed = isCut ? part.subarray(0, Math.max(0, cutAt - this.bytes)) : part;
    this.crossed.push(passed);
    this.bytes += passed.length;
    if (!isCut) {
      to.write(passed);
      return;
    }
    this.cutsAt.shift();
    this.cuts++;
    to.end(passed);
    from.destroy();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
