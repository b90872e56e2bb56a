// A run is kept up with whatever happens to the connection: no event missing, none twice, in the end the same as the whole trace.
import t, { type Test } from 'tap';
import { WebSocket } from 'ws';
import type { Random } from '../../../conductor/ports.ts';
import { fold, type RunState, toRunRecord } from '../../../protocol/fold.ts';
import { encodeSnapshot } from '../../../protocol/snapshot.ts';
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
      if (socket.readyState !== WebSocket.OPEN) return; // what had come before the cut, and a browser would not tell
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
  'through a hundred cuts the page has every event once, and in the end the state of the whole trace',
  async (t) => {
    const seed = tortureSeed(t);
    const random = seededRandom(seed);
    const events = traceOf({ runId: ID, queries: 1_500 });
    const { ledger, page, open, folded } = await stage(t);
    await ledger.journal.commit(events.slice(0, 1));
    const feed = open();
    const ended = over(feed);
    for (const batch of batches(events.slice(1), random, 60)) {
      await ledger.journal.commit(batch);
      if (random.fraction() < 0.4) page.cut();
      else if (page.cutIn === Number.POSITIVE_INFINITY && random.fraction() < 0.9) page.cutIn = upTo(random, 4);
    }
    t.same(await ended, fold(events));
    t.ok(isRising(folded), 'none is folded twice');
    t.comment(`${page.cuts} cuts while the run went on`);
    for (let more = page.cuts; more < 100; more++) {
      page.cutIn = upTo(random, 3);
      page.cut();
      await feedIsOver(feed);
    }
    t.same(feed.state, fold(events), 'nor does a cut after the end change anything');
    t.ok(isRising(folded), 'nor folds anything twice');
    t.ok(page.cuts >= 100, `${page.cuts} cuts`);
    feed.close();
  },
);

/** After a cut: it is live again, and told that the run is over. */
function feedIsOver(feed: RunFeed): Promise<unknown> {
  feed.look();
  return over(feed);
}

t.test('a page too slow for the run is brought up to date by a snapshot, and has the same state', async (t) => {
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
});

/** A feed whose daemon is played by the test. */
function scripted(events: readonly TraceEvent[]) {
  const sent: string[] = [];
  const log: string[] = [];
  let ends: Ends | undefined;
  let failure: Error | undefined;
  let told = 0;
  const connect = (given: Ends) => {
    ends = given;
    return { send: (text: string) => void sent.push(text), close: () => undefined };
  };
  const live = new LiveSocket({ connect, after: soon, fraction: () => 0 });
  const snapshot = async () => {
    log.push(`snapshot ${told}`);
    if (failure !== undefined) throw failure;
    return JSON.parse(JSON.stringify(encodeSnapshot(fold(events.slice(0, told)))));
  };
  const feed = new RunFeed(ID, { live, after: soon, snapshot });
  feed.onChange((change) => log.push(change === 'all' ? 'all' : change.map(({ seq }) => seq).join(' ')));
  const turn = () => new Promise(setImmediate);
  return {
    feed,
    log,
    sent,
    turn,
    fail: (error: Error | undefined) => {
      failure = error;
    },
    /** The snapshot is as old as this. */
    tell: (count: number) => {
      told = count;
    },
    cut: () => ends?.onClose(),
    async hear(...messages: object[]) {
      for (const message of messages) ends?.onMessage(JSON.stringify({ run_id: ID, ...message }));
      await turn();
    },
    frame: (from: number, to: number) => ({ type: 'trace_events', events: events.slice(from, to) }),
  };
}
const hello = (instance: string) => ({ type: 'hello', instance });
const subscribed = { type: 'subscribed' };

t.test('the same daemon is asked from where the page is, another one for the whole state', async (t) => {
  const { feed, log, sent, hear, tell, frame, cut, turn } = scripted(traceOf({ runId: ID }));
  tell(3);
  await hear(hello('a'));
  await hear(frame(3, 4), subscribed, frame(2, 5));
  t.same(log, ['snapshot 3', 'all', '3 4'], 'what comes before the question was heard answers an earlier one');
  cut();
  t.equal(feed.phase.value, 'behind');
  await turn();
  await hear(hello('a'), subscribed, frame(5, 6));
  cut();
  await turn();
  tell(4);
  await hear(hello('b'));
  t.same(log.slice(3), ['5', 'snapshot 4', 'all']);
  t.equal(feed.state?.next_seq, 4, 'the other one had lost what came last');
  t.same(
    sent.map((text) => JSON.parse(text).from_seq),
    [3, 5, 4],
  );
});

t.test('one that was too slow takes a newer state, and keeps its own where that is newer', async (t) => {
  const { feed, log, hear, tell, frame, turn } = scripted(traceOf({ runId: ID }));
  tell(3);
  await hear(hello('a'));
  await hear(subscribed, frame(3, 6), { type: 'resynchronised', next_seq: 9 });
  await turn();
  t.same(log.slice(2), ['3 4 5', 'snapshot 3']);
  t.equal(feed.state?.next_seq, 6);
  tell(9);
  await hear({ type: 'resynchronised', next_seq: 9 });
  await turn();
  t.equal(feed.state?.next_seq, 9);
  await hear(subscribed, frame(9, 10), { type: 'ended' });
  t.equal(feed.phase.value, 'over');
});

t.test('an event that is missing makes it ask for the state', async (t) => {
  const { feed, log, hear, tell, frame, turn } = scripted(traceOf({ runId: ID }));
  tell(3);
  await hear(hello('a'));
  tell(2);
  await hear(subscribed, frame(4, 5));
  await turn();
  t.same(log.slice(2), ['snapshot 2', 'all']);
  t.equal(feed.error.value, undefined);
});

t.test('a run that is not there is said, one that cannot be had now is asked for again', async (t) => {
  const { feed, log, hear, tell, fail, turn } = scripted(traceOf({ runId: ID }));
  tell(3);
  fail(Object.assign(new RangeError('away'), { status: 0 }));
  await hear(hello('a'));
  t.equal(feed.phase.value, 'failed');
  fail(Object.assign(new RangeError('no such run'), { status: 404 }));
  await turn();
  await turn();
  const asked = log.length;
  await turn();
  await turn();
  t.equal(log.length, asked, 'it is not asked for again');
  t.match(feed.error.value, { message: 'no such run' });
  fail(undefined);
  feed.look();
  await turn();
  t.equal(feed.error.value, undefined);
  t.equal(feed.state?.next_seq, 3);
});
