import t from 'tap';
import { ChunkPace, type WatchedJob } from '../../../conductor/market/hedge.ts';

/** A chunk whose jobs are late 100 ms after they were asked. */
function stage({ tokens = 10, isSlow = false } = {}) {
  const world = { nowMs: 1_000, tokens, isSlow };
  const chunk = new ChunkPace({
    nowMs: () => world.nowMs,
    isSlow: () => world.isSlow,
    takeToken: () => world.tokens > 0 && world.tokens-- > 0,
    giveBackToken: () => world.tokens++,
  });
  const pace = chunk.voice();
  const ask = (dueMs: number | undefined = world.nowMs + 100) => {
    const job = { startedMs: world.nowMs, dueMs, isOver: false, wasLate: false };
    const watched: WatchedJob & typeof job = Object.assign(job, { late: () => Object.assign(job, { wasLate: true }) });
    pace.watch(watched);
    return watched;
  };
  return { world, chunk, pace, ask };
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

t.test(
  'a chunk has at most three hedges, whatever voices it has, and goes local after three times its time',
  async (t) => {
    const { world, chunk, pace, ask } = stage();
    const voices = [pace, chunk.voice()];
    ask();
    voices[1]?.watch({ startedMs: 1_000, dueMs: 1_100, isOver: false, late: () => undefined });
    const steps: string[] = [];
    for (let round = 0; round < 8; round++) {
      world.nowMs += 50;
      for (const voice of voices) {
        const step = voice.next();
        if (step.do !== 'wait') steps.push(`${step.do} at ${world.nowMs}`);
        if (step.do === 'hedge')
          voice.watch({ startedMs: world.nowMs, dueMs: world.nowMs + 100, isOver: false, late: () => undefined });
      }
    }
    t.same(steps, ['hedge at 1100', 'hedge at 1100', 'hedge at 1200', 'local at 1300']);
  },
);

t.test('without a token it is done locally after three times its time, once', async (t) => {
  const { world, pace, ask } = stage({ tokens: 0 });
  ask();
  world.nowMs = 1_100;
  t.same(pace.next(), { do: 'wait', untilMs: 1_200 }, 'there may be a token then');
  world.nowMs = 1_250;
  t.same(pace.next(), { do: 'wait', untilMs: 1_300 });
  world.nowMs = 1_300;
  t.equal(pace.next().do, 'local');
  t.same(pace.next(), { do: 'wait', untilMs: Number.POSITIVE_INFINITY });
});

t.test('with nobody to ask the token goes back, and it is tried again later', async (t) => {
  const { world, pace, ask } = stage({ tokens: 1 });
  ask();
  world.nowMs = 1_100;
  t.equal(pace.next().do, 'hedge');
  pace.notHedged();
  t.equal(world.tokens, 1);
  t.same(pace.next(), { do: 'wait', untilMs: 1_200 });
  world.nowMs = 1_200;
  t.equal(pace.next().do, 'hedge');
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
