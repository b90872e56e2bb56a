// The bare sketch that the job benchmark is held against: the same cryptography and the same bytes over ws, and
// nothing else: no acknowledgements, no stores, no schemas, no limits, no reconnects. What no real system can beat.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { canonicalHash } from '../protocol/canonical.ts';
import { type NostrEvent, tagValue, verifyEvent } from '../protocol/event.ts';
import { encodeJobBody, encodeJobRequest, encodeJobResult } from '../protocol/job.ts';
import { KeyPair } from '../protocol/keypair.ts';
import { ZERO_MSAT } from '../protocol/money.ts';
import { NO_USAGE } from '../protocol/signature.ts';
import { chunkJob, chunkText, inParallel, instantOutput, type Role } from './jobs-load.ts';

const FRAME = { binary: false, compress: false } as const;
const EXPIRES_AFTER_SECONDS = 120;

function seconds(): number {
  return Math.floor(Date.now() / 1_000);
}

/** Verifies and hands on by `p`. */
export async function sketchRelay(): Promise<Role> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  await once(server, 'listening');
  const subscribers = new Map<string, WebSocket>();
  let announced = '';
  server.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      const [type, value] = JSON.parse(data.toString());
      if (type === 'REQ') {
        subscribers.set(value, socket);
        if (announced === '') announced = value;
        else socket.send(announced);
        return;
      }
      const event = verifyEvent(value);
      if (event !== undefined) subscribers.get(tagValue(event, 'p') ?? '')?.send(data, FRAME);
    });
  });
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of server.clients) socket.terminate();
      server.close();
    },
  };
}

async function connect(url: string, keys: KeyPair): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await once(socket, 'open');
  socket.send(JSON.stringify(['REQ', keys.publicKey]));
  return socket;
}

export async function sketchProvider(url: string): Promise<Role> {
  const keys = KeyPair.generate(randomBytes);
  const socket = await connect(url, keys);
  socket.on('message', (data: Buffer) => {
    const request = verifyEvent(JSON.parse(data.toString())[1] as NostrEvent);
    if (request === undefined) return;
    const tags = JSON.parse(keys.openFrom(request.pubkey, request.content)) as string[][];
    const output = instantOutput(tags[0]![1]!);
    const provider = keys.publicKey;
    const body = {
      v: 1,
      request_id: request.id,
      nonce: tags[6]![2],
      provider,
      output,
      output_hash: canonicalHash(output),
    };
    const sealed = keys.sealFor(request.pubkey, JSON.stringify({ ...body, usage: NO_USAGE, model: 'instant' }));
    const expiresAt = seconds() + EXPIRES_AFTER_SECONDS;
    const result = keys.sign(encodeJobResult(sealed, request, ZERO_MSAT, seconds(), expiresAt));
    socket.send(`["EVENT",${JSON.stringify(result)}]`, FRAME);
  });
  return {
    async close() {
      socket.terminate();
    },
  };
}

export async function sketchConductor(url: string, bytes: number): Promise<Role> {
  const keys = KeyPair.generate(randomBytes);
  const socket = await connect(url, keys);
  const [announced] = await once(socket, 'message');
  const provider = String(announced);
  const text = chunkText(bytes);
  const waiting = new Map<string, () => void>();
  socket.on('message', (data: Buffer) => {
    const result = verifyEvent(JSON.parse(data.toString())[1] as NostrEvent);
    if (result === undefined) return;
    const { request_id: requestId } = JSON.parse(keys.openFrom(result.pubkey, result.content)) as {
      request_id: string;
    };
    waiting.get(requestId)?.();
    waiting.delete(requestId);
  });
  return {
    run: (jobs, inFlight) =>
      inParallel(jobs, inFlight, async (index) => {
        const sealed = keys.sealFor(provider, encodeJobBody(chunkJob(index, text)));
        const times = { createdAt: seconds(), expiresAt: seconds() + EXPIRES_AFTER_SECONDS };
        const request = keys.sign(encodeJobRequest(sealed, { provider, bidMsat: ZERO_MSAT, relays: [url], ...times }));
        await new Promise<void>((resolve) => {
          waiting.set(request.id, resolve);
          socket.send(`["EVENT",${JSON.stringify(request)}]`, FRAME);
        });
      }),
    async close() {
      socket.terminate();
    },
  };
}
