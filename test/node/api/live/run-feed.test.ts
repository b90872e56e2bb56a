// The events of one run for many: gathered to frames, written once, and nobody is waited for.
import t from 'tap';
import { FRAME_MS, FRAME_MS_MAX } from '../../../../node/api/live/frame-turns.ts';
import { type Follower, RunFeed } from '../../../../node/api/live/run-feed.ts';
import type { TraceEvent } from '../../../../protocol/trace.ts';
import { traceOf } from '../../../support/traces.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

const EVENTS = traceOf({ queries: 100 });
const ID = EVENTS[0]!.run_id;

/** A feed that is told what to hear. */
function feedOf({ charsMax = 1_000_000, fromSeq = 0 } = {}) {
  const clock = new VirtualClock();
  let listener: (event: TraceEvent) => void = () => undefined;
  const log: string[] = [];
  const feed = new RunFeed({
    runId: ID,
    fromSeq,
    subscribe: (_from, heard) => {
      listener = heard;
      return () => log.push('stopped');
    },
    clock,
    onClosed: () => log.push('closed'),
    charsMax,
  });
  return { clock, feed, log, hear: (from: number, to: number) => EVENTS.slice(from, to).forEach(listener) };
}

class Ear implements Follower {
  readonly frames: Buffer[] = [];
  readonly said: string[] = [];
  waits = 0;
  wait(): number {
    return this.waits;
  }
  take(frame: Buffer): void {
    this.frames.push(frame);
  }
  onLost(nextSeq: number): void {
    this.said.push(`lost ${nextSeq}`);
  }
  onEnd(): void {
    this.said.push('end');
  }
  get seqs(): number[][] {
    return this.frames.map((frame) => JSON.parse(String(frame)).events.map(({ seq }: TraceEvent) => seq));
  }
}

t.test('events that come together go together at once, the next a frame later, in one piece for all', async (t) => {
  const { clock, feed, hear } = feedOf();
  const [one, two] = [new Ear(), new Ear()];
  t.ok(feed.follow(one, 0));
  t.ok(feed.follow(two, 0));
  hear(0, 3);
  await Promise.resolve();
  t.same(one.seqs, [[0, 1, 2]]);
  hear(3, 5);
  await clock.advance(FRAME_MS - 1);
  hear(5, 6);
  t.equal(one.frames.length, 1);
  await clock.advance(1);
  t.same(one.seqs, [
    [0, 1, 2],
    [3, 4, 5],
  ]);
  t.equal(one.frames[1], two.frames[1], 'it was written once');
  t.equal(JSON.parse(String(one.frames[0])).run_id, ID);
});

/** Two seconds, all but the last moment, of a run that has something to tell every ten milliseconds; then the rest of it. */
async function followed(ears: readonly Ear[]) {
  const { clock, feed, hear } = feedOf();
  for (const ear of ears) feed.follow(ear, 0);
  for (let at = 0; at < 199; at++) {
    hear(at, at + 1);
    await clock.advance(10);
  }
  const told = ears.map(({ frames }) => frames.length);
  hear(199, EVENTS.length);
  await clock.advance(FRAME_MS_MAX);
  return told;
}

t.test('one has twenty frames a second and fifty have five each, and every one hears each event once', async (t) => {
  for (const [count, perSecond] of [
    [1, 20],
    [50, 5],
  ] as const) {
    const ears = Array.from({ length: count }, () => new Ear());
    const told = await followed(ears);
    t.same(new Set(told), new Set([2 * perSecond]), `${count}`);
    for (const ear of ears) {
      t.same(ear.seqs.flat(), [...EVENTS.keys()]);
      t.same(ear.said, ['end']);
    }
  }
});

t.test('in a crowd one that wants to be left alone does not make the others be told more often', async (t) => {
  const ears = Array.from({ length: 50 }, () => new Ear());
  const [busy, ...others] = ears;
  busy!.waits = FRAME_MS;
  await followed(ears);
  t.equal(busy!.frames.length, 0);
  t.same(new Set(others.map(({ frames }) => frames.length)), new Set([11]), 'ten in two seconds, and the last');
});

t.test('one that joins is told from where it is, and one that needs more is sent to the store', async (t) => {
  const { clock, feed, hear } = feedOf({ fromSeq: 10 });
  const first = new Ear();
  t.ok(feed.follow(first, 10));
  hear(10, 20);
  await Promise.resolve();
  const [late, ahead] = [new Ear(), new Ear()];
  t.notOk(feed.follow(late, 12), 'what all have is not kept');
  t.ok(feed.follow(ahead, 22), 'a snapshot may be ahead of what is stored');
  hear(20, 25);
  await clock.advance(FRAME_MS);
  t.same(first.seqs.at(-1), [20, 21, 22, 23, 24]);
  t.same(ahead.seqs, [[22, 23, 24]]);
});

t.test(
  'one that wants to be left alone gets it all later; one too far behind is told, and holds up nobody',
  async (t) => {
    const { clock, feed, hear } = feedOf({ charsMax: 20_000 });
    const [quick, busy] = [new Ear(), new Ear()];
    feed.follow(quick, 0);
    feed.follow(busy, 0);
    busy.waits = FRAME_MS;
    hear(0, 5);
    await clock.advance(FRAME_MS);
    t.same([quick.frames.length, busy.frames.length], [1, 0]);
    busy.waits = 0;
    await clock.advance(FRAME_MS);
    t.same(busy.seqs, [[0, 1, 2, 3, 4]]);
    busy.waits = FRAME_MS;
    for (let at = 5; at < 200; at += 5) {
      hear(at, at + 5);
      await clock.advance(FRAME_MS);
    }
    t.match(busy.said, [/^lost \d+$/]);
    t.same(quick.seqs.flat(), [...new Array(200).keys()]);
  },
);

t.test('the end is said when everything is, and nobody joins a feed that is over', async (t) => {
  const { clock, feed, log, hear } = feedOf();
  const ear = new Ear();
  feed.follow(ear, 0);
  hear(0, EVENTS.length);
  t.same(log, ['closed']);
  await clock.advance(FRAME_MS);
  t.equal(ear.seqs.flat().length, EVENTS.length);
  t.same(ear.said, ['end']);
  t.same(log, ['closed', 'stopped', 'closed']);
});

t.test('when the last one leaves it stops to hear', async (t) => {
  const { feed, log, clock, hear } = feedOf();
  const ear = new Ear();
  feed.follow(ear, 0);
  hear(0, 5);
  feed.unfollow(ear);
  t.same(log, ['stopped', 'closed']);
  await clock.advance(FRAME_MS);
  t.equal(ear.frames.length, 0);
});
