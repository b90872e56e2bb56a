// How fast the history of years is: lists by any filter and order out of 100,000 runs, and the page of one run out of 10,000,000 events,
// asked over the HTTP API of an engine on the real store; beside them what LevelDB alone needs to read as many summaries. And what the
// index of the list costs: the time until it is built, which the first who asks waits for, and its memory.
import { Agent, get } from 'node:http';
import { RunList } from '../ledger/history/run-list.ts';
import { ALL_RUNS, runKey } from '../ledger/store/keys.ts';
import { Store } from '../ledger/store/store.ts';
import { type Api, startApi } from '../node/api/server.ts';
import { realClock } from '../node/clock.ts';
import { openEngine } from '../node/engine/engine.ts';
import { homePaths } from '../node/home.ts';
import { realRandom } from '../node/random.ts';
import { PylonError } from '../protocol/errors.ts';
import { KeyPair } from '../protocol/keypair.ts';
import { percentile } from '../protocol/percentile.ts';
import { RUN_STATUSES } from '../protocol/run.ts';
import { RUN_ORDERS } from '../protocol/run-list.ts';
import { seededRandom } from '../test/support/seeded-random.ts';
import { runIdOf, TRACE_BEGINS_MS } from '../test/support/traces.ts';
import { HISTORY_RUNS, WORDS, wholeHistory } from './history-fixture.ts';
import { type Row, toRow } from './row.ts';

const LIST = ['history-list-p50-ms', 'history-list-p99-ms'] as const;
const PAGE = ['history-run-p50-ms', 'history-run-p99-ms'] as const;
const INDEX = ['history-index-build-ms', 'history-index-mb'] as const;
export const ids = [...LIST, ...PAGE, ...INDEX];

/** Done-line 3 of the dashboard issue. */
const GOAL_MS = 25;
const REQUESTS = 1_000;
const ROWS = 50;
const SEED = 20_261_125;
const TOKEN = 'c0ffee'.repeat(10);

/** A list as somebody might ask for it: some of the filters, any order, now and then the page after. */
function listQuery(fraction: () => number, cursor: string | null): URLSearchParams {
  const any = <Item>(items: readonly Item[]): Item => items[Math.floor(fraction() * items.length)]!;
  const query = new URLSearchParams({ limit: String(ROWS), sort: any(RUN_ORDERS), order: any(['asc', 'desc']) });
  const sometimes = (name: string, value: () => string) => fraction() < 0.3 && query.set(name, value());
  const day = () => new Date(TRACE_BEGINS_MS + fraction() * HISTORY_RUNS * 60_000).toISOString();
  sometimes('status', () => any(RUN_STATUSES));
  sometimes('method', () => any(['pylon.local', 'pylon.map_reduce']));
  sometimes('experiment', () => `experiment ${Math.floor(fraction() * 100)}`);
  sometimes('text', () => `${any(WORDS)} ${any(WORDS)}`);
  sometimes('since', day);
  sometimes('until', day);
  sometimes('cost_min_sats', () => String(fraction() * 5));
  if (cursor !== null) query.set('cursor', cursor);
  return query;
}

class Client {
  readonly #api: Api;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(api: Api) {
    this.#api = api;
  }

  /** @throws PylonError `internal` for anything but 200 */
  read(path: string): Promise<string> {
    const options = { agent: this.#agent, headers: { authorization: `Bearer ${TOKEN}` } };
    return new Promise((resolve, reject) => {
      get(`${this.#api.url}${path}`, options, (reply) => {
        const parts: Buffer[] = [];
        reply.on('data', (part: Buffer) => parts.push(part));
        reply.on('error', reject);
        reply.on('end', () => {
          const text = Buffer.concat(parts).toString();
          if (reply.statusCode === 200) resolve(text);
          else reject(new PylonError('internal', { value: path, reason: text.slice(0, 300) }));
        });
      }).on('error', reject);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

async function listTimes(client: Client): Promise<number[]> {
  const { fraction } = seededRandom(SEED);
  for (const sort of RUN_ORDERS) await client.read(`/api/runs?limit=1&sort=${sort}`); // each order is sorted once
  const times: number[] = [];
  let next: { query: URLSearchParams; cursor: string } | undefined;
  while (times.length < REQUESTS) {
    const query = next === undefined ? listQuery(fraction, null) : next.query;
    if (next !== undefined) query.set('cursor', next.cursor);
    let body = '';
    times.push(
      await timed(async () => {
        body = await client.read(`/api/runs?${query}`);
      }),
    );
    const { next_cursor: cursor } = JSON.parse(body) as { next_cursor: string | null };
    next = cursor !== null && fraction() < 0.4 ? { query, cursor } : undefined;
  }
  return times;
}

/** What the page of a run asks for first: its record, and the snapshot of its trace. */
async function pageTimes(client: Client): Promise<number[]> {
  const { fraction } = seededRandom(SEED + 1);
  const times: number[] = [];
  while (times.length < REQUESTS) {
    const path = `/api/runs/${runIdOf(1 + Math.floor(fraction() * HISTORY_RUNS))}`;
    times.push(await timed(async () => [await client.read(path), await client.read(`${path}/snapshot`)]));
  }
  return times;
}

async function served<Result>(home: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const [clock, random] = [realClock(), realRandom()];
  const identity = async () => KeyPair.generate((length) => random.bytes(length));
  const notice = () => undefined;
  const engine = await openEngine({ home, store: 'disk', identity, clock, random, environment: {}, notice });
  try {
    const api = await startApi({ engine, token: TOKEN, clock, random, instance: 'bench', port: 0, log: notice });
    const client = new Client(api);
    try {
      return await work(client);
    } finally {
      client.close();
      await api.close();
    }
  } finally {
    await engine.close();
  }
}

/** For the summaries of a page alone. */
async function bareTimes(store: Store): Promise<number[]> {
  const { fraction } = seededRandom(SEED + 2);
  const times: number[] = [];
  while (times.length < REQUESTS) {
    const keys = Array.from({ length: ROWS }, () => runKey(runIdOf(1 + Math.floor(fraction() * HISTORY_RUNS))));
    times.push(await timed(() => store.values(keys)));
  }
  return times;
}

function heapBytes(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

async function indexRows(store: Store): Promise<Row[]> {
  const before = heapBytes();
  const list = new RunList(store, { state: () => undefined });
  const buildMs = await timed(() => list.warm());
  const bytes = heapBytes() - before;
  const readMs = await timed(async () => {
    for await (const _rows of store.pages(ALL_RUNS));
  });
  const [time, memory] = INDEX;
  return [
    toRow({ id: time, value: buildMs, unit: 'ms', direction: 'at-most', limit: readMs }),
    toRow({ id: memory, value: bytes / 1_000_000, unit: 'MB', direction: 'at-most' }),
  ];
}

function timeRows([p50, p99]: readonly [string, string], times: readonly number[], bare: readonly number[]): Row[] {
  const [all, least] = [times.toSorted((a, b) => a - b), bare.toSorted((a, b) => a - b)];
  const measured = { unit: 'ms', direction: 'at-most' as const };
  return [
    toRow({ id: p50, value: percentile(all, 0.5), ...measured, limit: percentile(least, 0.5) }),
    toRow({ id: p99, value: percentile(all, 0.99), ...measured, goal: GOAL_MS, limit: percentile(least, 0.99) }),
  ];
}

export async function measure(only: readonly string[] = ids): Promise<Row[]> {
  const home = await wholeHistory();
  const store = await Store.open(homePaths.store(home));
  const index = await indexRows(store);
  const bare = await bareTimes(store);
  await store.close();
  const [lists, pages] = await served(home, async (client) => [await listTimes(client), await pageTimes(client)]);
  return [...timeRows(LIST, lists, bare), ...timeRows(PAGE, pages, bare), ...index].filter(({ id }) =>
    only.includes(id),
  );
}
