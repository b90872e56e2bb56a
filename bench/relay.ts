// How fast events travel publish → relay → subscriber, verified by relay and client: against the default
// nostr-tools client on the same relay, and against the same path with nothing verified.
import '../node/v8-flags.ts';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { type NostrEvent, type VerifiedEvent, verifyEvent } from '../protocol/event.ts';
import { KeyPair } from '../protocol/keypair.ts';
import { median, type Row, toRow } from './row.ts';

export const ids = ['relay-vs-default-client', 'relay-vs-no-verify'] as const;

const KIND = 1_940;
const CONTENT_CHARS = 4_096;
const IN_FLIGHT = 32;
/** Events of one round: a sustained figure, not a burst that fits into a buffer. */
const EVENTS = 1_000;
/** Rounds of each path, taken in turns; the median counts, so that a busy moment hits both alike. */
const ROUNDS = 9;

/** One way from a publisher to a subscriber. `received` is called for each event that arrived and was believed. */
interface Path {
  publish(event: VerifiedEvent): void;
  close(): void | Promise<void>;
}

type OpenPath = (url: string, received: () => void) => Promise<Path>;

interface RelayProcess {
  readonly url: string;
  stop(): Promise<void>;
}

async function startRelay(...flags: string[]): Promise<RelayProcess> {
  const script = new URL('./relay-process.js', import.meta.url).pathname;
  const child = spawn(process.execPath, [script, ...flags], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
  return {
    url,
    async stop() {
      const gone = once(child, 'exit');
      child.stdin.end();
      await gone;
    },
  };
}

async function openSocket(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await once(socket, 'open');
  return socket;
}

/** Our client side: ws, one parse, the wasm signature. */
function ourPath(believes: (event: NostrEvent) => boolean): OpenPath {
  return async (url, received) => {
    const [reader, writer] = [await openSocket(url), await openSocket(url)];
    reader.send(JSON.stringify(['REQ', 'bench', { kinds: [KIND], limit: 0 }]));
    await new Promise<void>((resolve) => {
      reader.on('message', (data) => {
        const message = JSON.parse(String(data)) as unknown[];
        if (message[0] === 'EOSE') resolve();
        else if (message[0] === 'EVENT' && believes(message[2] as NostrEvent)) received();
      });
    });
    return {
      publish: (event) => writer.send(`["EVENT",${JSON.stringify(event)}]`),
      close() {
        reader.close();
        writer.close();
      },
    };
  };
}

/** What a program gets that installs nostr-tools and uses it as its README says. */
const defaultClient: OpenPath = async (url, received) => {
  const { Relay, useWebSocketImplementation } = await import('nostr-tools/relay');
  useWebSocketImplementation(WebSocket);
  const [reader, writer] = [await Relay.connect(url), await Relay.connect(url)];
  const acknowledged: Promise<string>[] = [];
  await new Promise<void>((resolve) => {
    reader.subscribe([{ kinds: [KIND], limit: 0 }], { onevent: received, oneose: resolve });
  });
  return {
    publish: (event) => void acknowledged.push(writer.publish(event as never)),
    async close() {
      await Promise.all(acknowledged);
      reader.close();
      writer.close();
    },
  };
};

/** Events a second with `IN_FLIGHT` of them under way: the next is published when one has arrived. */
async function eventsPerSecond(open: OpenPath, url: string, events: readonly VerifiedEvent[]): Promise<number> {
  let arrived = 0;
  let published = 0;
  let finish: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let path: Path | undefined;
  const publishNext = () => {
    const event = events[published];
    if (event === undefined) return;
    published += 1;
    path?.publish(event);
  };
  path = await open(url, () => {
    arrived += 1;
    if (arrived === events.length) finish();
    else publishNext();
  });
  const started = performance.now();
  for (let index = 0; index < IN_FLIGHT; index += 1) publishNext();
  await done;
  const seconds = (performance.now() - started) / 1_000;
  await path.close();
  return events.length / seconds;
}

function makeEvents(count: number): VerifiedEvent[] {
  const keys = KeyPair.generate(randomBytes);
  const createdAt = Math.floor(Date.now() / 1_000);
  return Array.from({ length: count }, (_, index) => {
    const content = `${index} ${randomBytes(CONTENT_CHARS).toString('base64')}`.slice(0, CONTENT_CHARS);
    return keys.sign({ kind: KIND, created_at: createdAt, tags: [], content });
  });
}

/** Runs the paths in turns, so that a busy moment of the machine hits all of them. */
async function race(paths: readonly { open: OpenPath; url: string }[]): Promise<number[]> {
  const speeds: number[][] = paths.map(() => []);
  for (const { open, url } of paths) await eventsPerSecond(open, url, makeEvents(EVENTS)); // warm up
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [index, { open, url }] of paths.entries())
      speeds[index]!.push(await eventsPerSecond(open, url, makeEvents(EVENTS)));
  return speeds.map(median);
}

const verified = ourPath((event) => verifyEvent(event) !== undefined);
const unverified = ourPath(() => true);

/** Goals of done-line 6a: 3.5 times the default client, 15 % of the path with nothing verified. */
export async function measure(only: readonly string[] = ids): Promise<Row[]> {
  const [relay, bare] = [await startRelay(), await startRelay('--no-verify')];
  const rows: Row[] = [];
  try {
    if (only.includes('relay-vs-default-client')) {
      const [ours, theirs] = (await race([
        { open: verified, url: relay.url },
        { open: defaultClient, url: relay.url },
      ])) as [number, number];
      rows.push(row('relay-vs-default-client', ours, theirs, 3.5));
    }
    if (only.includes('relay-vs-no-verify')) {
      const [ours, limit] = (await race([
        { open: verified, url: relay.url },
        { open: unverified, url: bare.url },
      ])) as [number, number];
      rows.push(row('relay-vs-no-verify', ours, limit, 0.15));
    }
  } finally {
    await Promise.all([relay.stop(), bare.stop()]);
  }
  return rows;
}

function row(id: string, value: number, limit: number, share: number): Row {
  return toRow({ id, value, unit: 'events/s', goal: Math.round(share * limit), direction: 'at-least', limit });
}
