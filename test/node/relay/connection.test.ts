import { EventEmitter } from 'node:events';
import t from 'tap';
import { WebSocket } from 'ws';
import { Connection } from '../../../node/relay/connection.ts';
import { RELAY_LIMITS } from '../../../node/relay/limits.ts';
import { newCounters } from '../../../node/relay/stats.ts';

/** What a connection needs of a socket, with everything written down that is done to it. */
class SocketStandIn extends EventEmitter {
  readonly readyState = WebSocket.OPEN;
  readonly bufferedAmount = 0;
  readonly calls: string[] = [];
  readonly ping = () => this.calls.push('ping');
  readonly terminate = () => this.calls.push('terminate');
  readonly pause = () => this.calls.push('pause');
  readonly resume = () => this.calls.push('resume');
}

function connect(pendingMax = RELAY_LIMITS.pendingMax) {
  const socket = new SocketStandIn();
  const connection = new Connection({
    socket: socket as unknown as WebSocket,
    address: '127.0.0.1',
    hosts: [],
    challenge: 'c',
    limits: { ...RELAY_LIMITS, pendingMax },
    counters: newCounters(),
  });
  return { socket, connection };
}

t.test('a client that answers pings stays, one that does not is gone at the next beat', async (t) => {
  const { socket, connection } = connect();
  connection.heartbeat();
  connection.isAlive = true; // its pong
  connection.heartbeat();
  connection.heartbeat();
  t.same(socket.calls, ['ping', 'ping', 'terminate']);
});

t.test('a client with too much under way is not read from until half of it is done', async (t) => {
  const { socket, connection } = connect(4);
  const finish: (() => void)[] = [];
  const held = Array.from({ length: 4 }, () => new Promise<void>((resolve) => finish.push(resolve)));
  for (const work of held) connection.hold(work);
  t.same(socket.calls, ['pause']);
  for (const done of finish) done();
  await Promise.all(held);
  await new Promise<void>((resolve) => setImmediate(resolve));
  t.equal(socket.calls[1], 'resume');
});
