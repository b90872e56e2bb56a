// A TCP proxy before a relay that cuts all its connections when told, in the middle of whatever is under way.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class CuttingProxy {
  readonly url: string;
  cuts = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isDown = false;

  private constructor(server: Server, target: URL) {
    this.#server = server;
    this.url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', (client) => this.#join(client, target));
  }

  /** @param url of the relay behind it */
  static async start(url: string): Promise<CuttingProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new CuttingProxy(server, new URL(url));
  }

  get connections(): number {
    return this.#sockets.size / 2;
  }

  #join(client: Socket, target: URL): void {
    if (this.#isDown) {
      client.destroy();
      return;
    }
    const relay = connect(Number(target.port), target.hostname);
    for (const [socket, other] of [
      [client, relay],
      [relay, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined); // the close that follows tells
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }

  /** Cuts every connection; new ones are let through at once. What was on its way is gone. */
  cut(): void {
    this.cuts += 1;
    for (const socket of this.#sockets) {
      // Node cannot reset a socket that is being ended: its handle would stay, and the process with it.
      if (socket.writableEnded) socket.destroy();
      else socket.resetAndDestroy();
    }
  }

  /** Cuts, and lets nobody through until `up`. */
  down(): void {
    this.#isDown = true;
    this.cut();
  }

  up(): void {
    this.#isDown = false;
  }

  async close(): Promise<void> {
    this.#isDown = true;
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
