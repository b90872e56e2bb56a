// A run is kept up with whatever happens to the connection: no event missing, none twice, in the end the same as the whole trace.
import t, { type Test } from 'tap';
import { WebSocket } from 'ws';
import type { Random } from '../../../conductor/ports.ts';
import { fold, type RunState, toRunRecord } from '../../../protocol/fold.ts';
import type { TraceEvent } from '../../../protocol/trace.ts';
import { RunFeed } from '../../../web/live/run-feed.ts';
import { type Ends, LiveSocket } from '../../../web/live/socket.ts';
import { call, serve, TOKEN } from '../../node/api/support.ts';
import { LedgerEngine } from '../../support/ledger-engine.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { openTestLedger } from '../../support/test-ledger.ts';
import { tortureSeed } from '../../support/torture-seed.ts';
import { runIdOf, traceOf } from '../../support/traces.ts';

const ID = runIdOf(1);
/** As soon as there is a turn: how long a page waits is not what is tested here. */
const soon = (_delayMs: number, callback: () => void) => {
  const timer = setImmediate(callback);
  return () => clearImmediate(timer);
};
const upTo = (random: Random, max: number) => Math.floor(random.fraction() * max);

/** A page's connection that can be cut from outside, also in the middle of what comes. */
class Page {
  socket: WebSocket | undefined;
  cuts = 0;
  /** Messages until the next cut. */
  cutIn = Number.POSITIVE_INFINITY;
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  readonly connect = (ends: Ends) => {
    const socket = new WebSocket(`ws://127.0.0.1:${this.#port}/ws`, { headers: { authorization: `Bearer ${TOKEN}` } });
    this.socket = socket;
    socket.on('message', (data) => {
      if (this.cutIn-- <= 0) this.cut();
      else ends.onMessage(String(data));
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => ends.onClose());
    return { send: (text: string) => socket.send(text), close: () => socket.close() };
  };

  cut(): void {
    this.cuts++;
    this.cutIn = Number.POSITIVE_INFINITY;
    this.socket?.terminate();
  }
}

/** The server with a ledger, and a page that follows one run of it. */
async function stage(t: Test, feedCharsMax?: number) {
  const ledger = await openTestLedger(t);
  const { api } = await serve(t, {}, feedCharsMax, undefined, new LedgerEngine(ledger));
  const page = new Page(api.port);
  const live = new LiveSocket({ connect: page.connect, after: soon, fraction: () => 0.5 });
  const folded: number[] = [];
  let snapshots = 0;
  const open = () =>
    new RunFeed(ID, {
      live,
      after: soon,
      snapshot: async (id) => {
        snapshots++;
        return (await call(api.port, 'GET', `/api/runs/${id}/snapshot`)).body;
      },
      observe: (before, event) => {
        if (event.seq !== before.next_seq) t.fail(`event ${event.seq} is folded where ${before.next_seq} is next`);
        folded.push(event.seq);
      },
    });
  return { ledger, page, open, folded, snapshots: () => snapshots };
}

/** Resolves when the run is over for the page. */
function over(feed: RunFeed): Promise<RunState> {
  return new Promise((resolve) => {
    const stop = feed.phase.subscribe((phase) => {
      if (phase !== 'over') return;
      setImmediate(() => stop());
      resolve(feed.state!);
    });
  });
}

function* batches(events: readonly TraceEvent[], random: Random, sizeMax: number): Generator<TraceEvent[]> {
  for (let at = 0; at < events.length; ) {
    const size = 1 + upTo(random, sizeMax);
    yield events.slice(at, at + size);
    at += size;
  }
}

const isRising = (seqs: readonly number[]) => seqs.every((seq, at) => at === 0 || seqs[at - 1]! < seq);

t.test(
  'through a hundred cuts at any moment the page has every event once, and the state of the whole trace',
  async (t) => {
    const seed = tortureSeed(t);
    const random = seededRandom(seed);
    const events = traceOf({ runId: ID, queries: 3_000 });
    const { ledger, page, open, folded } = await stage(t);
    await ledger.journal.commit(events.slice(0, 1));
    const feed = open();
    const ended = over(feed);
    for (const batch of batches(events.slice(1), random, 200)) {
      await ledger.journal.commit(batch);
      if (random.fraction() < 0.4) page.cut();
      else if (page.cutIn === Number.POSITIVE_INFINITY && random.fraction() < 0.9) page.cutIn = upTo(random, 4);
    }
    t.same(await ended, fold(events));
    t.ok(isRising(folded), 'none is folded twice');
    for (let more = page.cuts; more < 100; more++) {
      page.cutIn = upTo(random, 3);
      page.cut();
      await feedIsOver(feed);
    }
    t.same(feed.state, fold(events), 'nor does a cut after the end change anything');
    t.ok(isRising(folded));
    t.ok(page.cuts >= 100, `${page.cuts} cuts`);
    feed.close();
  },
);

/** After a cut: it is live again, and told that the run is over. */
function feedIsOver(feed: RunFeed): Promise<unknown> {
  feed.look();
  return over(feed);
}

t.test(
  'a page too slow for the run is brought up to date by a snapshot, and has the same state in the end',
  async (t) => {
    const seed = tortureSeed(t);
    const random = seededRandom(seed);
    const events = traceOf({ runId: ID, queries: 12_000 });
    const { ledger, page, open, folded, snapshots } = await stage(t, 100_000);
    await ledger.journal.commit(events.slice(0, 1));
    const feed = open();
    const ended = over(feed);
    for (const batch of batches(events.slice(1), random, 2_000)) {
      await ledger.journal.commit(batch);
      if (feed.phase.peek() !== 'live') continue;
      if (random.fraction() < 0.8) page.socket?.pause();
      else page.socket?.resume();
    }
    page.socket?.resume();
    t.same(toRunRecord(await ended), toRunRecord(fold(events)));
    t.ok(isRising(folded), 'none is folded twice');
    t.ok(snapshots() > 1, `${snapshots()} snapshots`);
    t.ok(folded.length < events.length, `${folded.length} of ${events.length} events were folded one by one`);
    feed.close();
  },
);
