import t from 'tap';
import { ChunkPace, type WatchedJob } from '../../../conductor/market/hedge.ts';

/** A chunk whose jobs are late 100 ms after they were asked. */
function stage({ tokens = 10, isSlow = false } = {}) {
  const world = { nowMs: 1_000, tokens, isSlow };
  const pace = new ChunkPace({
    nowMs: () => world.nowMs,
    isSlow: () => world.isSlow,
    takeToken: () => world.tokens-- > 0,
  });
  const ask = (dueMs: number | undefined = world.nowMs + 100) => {
    const job = { startedMs: world.nowMs, dueMs, lateAfterMs: 100, isOver: false, wasLate: false };
    const watched: WatchedJob & typeof job = Object.assign(job, { late: () => Object.assign(job, { wasLate: true }) });
    pace.watch(watched);
    return watched;
  };
  return { world, pace, ask };
}

t.test('a job in time is waited for until it is late', async (t) => {
  const { world, pace, ask } = stage();
  const job = ask();
  t.same(pace.next(), { do: 'wait', untilMs: 1_100 });
  world.nowMs = 1_099;
  t.equal(pace.next().do, 'wait');
  t.notOk(job.wasLate);
  world.nowMs = 1_100;
  t.equal(pace.next().do, 'hedge');
  t.ok(job.wasLate);
});

t.test('the next hedge is due when the last one is late', async (t) => {
  const { world, pace, ask } = stage();
  ask();
  world.nowMs = 1_150;
  t.equal(pace.next().do, 'hedge');
  ask();
  t.same(pace.next(), { do: 'wait', untilMs: 1_250 });
  world.nowMs = 1_250;
  t.equal(pace.next().do, 'hedge');
});

t.test('a chunk has at most three hedges', async (t) => {
  const { world, pace, ask } = stage();
  ask();
  let hedges = 0;
  for (let round = 0; round < 10; round++) {
    world.nowMs += 100;
    if (pace.next(false).do !== 'hedge') continue;
    hedges++;
    ask();
  }
  t.equal(hedges, 3);
});

t.test('after three times its time a chunk is done locally, once', async (t) => {
  const { world, pace, ask } = stage({ tokens: 0 });
  ask();
  world.nowMs = 1_100;
  t.same(pace.next(), { do: 'wait', untilMs: 1_300 });
  world.nowMs = 1_300;
  t.equal(pace.next().do, 'local');
  t.same(pace.next(), { do: 'wait', untilMs: Number.POSITIVE_INFINITY });
});

t.test('where only providers count it is never done locally', async (t) => {
  const { world, pace, ask } = stage({ tokens: 0 });
  ask();
  world.nowMs = 9_000;
  t.same(pace.next(false), { do: 'wait', untilMs: Number.POSITIVE_INFINITY });
});

t.test('when everybody is slow nothing is hedged: it is done locally at once', async (t) => {
  const { world, pace, ask } = stage({ isSlow: true });
  ask();
  world.nowMs = 1_100;
  t.equal(pace.next().do, 'local');
  t.equal(world.tokens, 10);
});

t.test('while nobody can say what is late it is looked at again', async (t) => {
  const { pace, ask } = stage();
  const job = ask();
  Object.assign(job, { dueMs: undefined });
  t.same(pace.next(), { do: 'wait', untilMs: 1_100 });
});

t.test('jobs that are over are not waited for', async (t) => {
  const { world, pace, ask } = stage();
  const job = ask();
  Object.assign(job, { isOver: true });
  world.nowMs = 5_000;
  t.same(pace.next(), { do: 'wait', untilMs: Number.POSITIVE_INFINITY });
});
