// Browsers for a benchmark, in a process of their own: connections that follow the run named on standard input and take all they
// are told, as a browser's network process does. Says `over` with what came, once each was told the end.
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';

const [count = 0, port = 0] = process.argv.slice(2, 4).map(Number);
const token = process.argv[4] ?? '';

/** The end of a run is said in a short message of its own. */
const ENDED_BYTES_MAX = 100;

let [frames, bytes, left] = [0, 0, 0];

function hear(data: Buffer): void {
  frames++;
  bytes += data.length;
  if (data.length > ENDED_BYTES_MAX || !data.includes('"ended"')) return;
  left--;
  if (left === 0) process.stdout.write(`over ${frames} frames, ${bytes} bytes\n`);
}

const sockets = await Promise.all(
  Array.from({ length: count }, () => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, {
      headers: { authorization: `Bearer ${token}` },
      perMessageDeflate: false,
    });
    socket.on('message', (data) => hear(data as Buffer));
    return new Promise<WebSocket>((resolve) => socket.on('open', () => resolve(socket)));
  }),
);
process.stdout.write('ready\n');
for await (const runId of createInterface({ input: process.stdin })) {
  [frames, bytes, left] = [0, 0, count];
  for (const socket of sockets) socket.send(JSON.stringify({ type: 'subscribe', run_id: runId, from_seq: 0 }));
}
for (const socket of sockets) socket.terminate();
