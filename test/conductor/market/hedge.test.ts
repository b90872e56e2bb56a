import t from 'tap';
import { ChunkPace, type WatchedJob } from '../../../conductor/market/hedge.ts';

/** A chunk whose jobs are late 1_000 ms after they were asked. */
function stage({ tokens = 10, isSlow = false } = {}) {
  const world = { nowMs: 10_000, tokens, isSlow };
  const chunk = new ChunkPace({
    nowMs: () => world.nowMs,
    isSlow: () => world.isSlow,
    takeToken: () => world.tokens > 0 && world.tokens-- > 0,
    giveBackToken: () => world.tokens++,
  });
  const pace = chunk.voice();
  const ask = (dueMs: number | undefined = world.nowMs + 1_000) => {
    const job = { startedMs: world.nowMs, dueMs, isGuess: false, isOver: false, wasLate: false };
    const watched: WatchedJob & typeof job = Object.assign(job, { late: () => Object.assign(job, { wasLate: true }) });
    pace.watch(watched);
    return watched;
  };
  return { world, chunk, pace, ask };
}

t.test('a job in time is waited for until it is late', async (t) => {
  const { world, pace, ask } = stage();
  const job = ask();
  t.same(pace.next(), { do: 'wait', untilMs: 11_000 });
  world.nowMs = 10_990;
  t.equal(pace.next().do, 'wait');
  t.notOk(job.wasLate);
  world.nowMs = 11_000;
  t.equal(pace.next().do, 'hedge');
  t.ok(job.wasLate);
});

t.test('the next hedge is due when the last one is late, and that is sooner for what is late already', async (t) => {
  const { world, pace, ask } = stage();
  ask();
  world.nowMs = 11_500;
  t.equal(pace.next().do, 'hedge');
  ask();
  t.same(pace.next(), { do: 'wait', untilMs: 12_200 });
  world.nowMs = 12_200;
  t.equal(pace.next().do, 'hedge');
});

t.test('each voice has at most three hedges, and the chunk goes local after three times its time, once', async (t) => {
  const { world, chunk, pace, ask } = stage();
  const voices = { first: pace, second: chunk.voice() };
  ask();
  voices.second.watch({ startedMs: 10_000, dueMs: 11_000, isGuess: false, isOver: false, late: () => undefined });
  const steps: string[] = [];
  for (let round = 0; round < 8; round++) {
    world.nowMs += 500;
    for (const [name, voice] of Object.entries(voices)) {
      const step = voice.next();
      if (step.do !== 'wait') steps.push(`${name}: ${step.do} at ${world.nowMs}`);
      if (step.do === 'hedge')
        voice.watch({
          startedMs: world.nowMs,
          dueMs: world.nowMs + 500,
          isGuess: false,
          isOver: false,
          late: () => undefined,
        });
    }
  }
  const hedges = (name: string) => [11_000, 11_500, 12_000].map((atMs) => `${name}: hedge at ${atMs}`);
  t.same(new Set(steps), new Set([...hedges('first'), ...hedges('second'), 'first: local at 12500']));
});

t.test('where answers differ the voice that is to decide is hedged as soon as one that is late already', async (t) => {
  const { world, chunk, ask } = stage();
  ask();
  world.nowMs = 11_000;
  const third = chunk.voice();
  third.watch({ startedMs: 11_000, dueMs: 12_000, isGuess: false, isOver: false, late: () => undefined });
  t.same(third.next(), { do: 'wait', untilMs: 11_700 });
});

t.test('without a token it is done locally after three times its time, once', async (t) => {
  const { world, pace, ask } = stage({ tokens: 0 });
  ask();
  world.nowMs = 11_000;
  t.same(pace.next(), { do: 'wait', untilMs: 12_000 }, 'there may be a token then');
  world.nowMs = 12_500;
  t.same(pace.next(), { do: 'wait', untilMs: 13_000 });
  world.nowMs = 13_000;
  t.equal(pace.next().do, 'local');
  t.same(pace.next(), { do: 'wait', untilMs: Number.POSITIVE_INFINITY });
});

t.test('with nobody to ask the token goes back, and it is tried again later', async (t) => {
  const { world, pace, ask } = stage({ tokens: 1 });
  ask();
  world.nowMs = 11_000;
  t.equal(pace.next().do, 'hedge');
  pace.notHedged();
  t.equal(world.tokens, 1);
  t.same(pace.next(), { do: 'wait', untilMs: 12_000 });
  world.nowMs = 12_000;
  t.equal(pace.next().do, 'hedge');
});

t.test(
  'when everybody is slow nothing is hedged: it is done locally as soon as anybody would be taken for dead',
  async (t) => {
    const { world, pace, ask } = stage({ isSlow: true });
    ask();
    world.nowMs = 11_000;
    t.same(pace.next(), { do: 'wait', untilMs: 12_500 });
    world.nowMs = 12_500;
    t.equal(pace.next().do, 'local');
    t.equal(world.tokens, 10);
  },
);

t.test('while nobody can say what is late it is looked at again', async (t) => {
  const { pace, ask } = stage();
  const job = ask();
  Object.assign(job, { dueMs: undefined });
  t.same(pace.next(), { do: 'wait', untilMs: 10_100 });
});

t.test('jobs that are over are not waited for', async (t) => {
  const { world, pace, ask } = stage();
  const job = ask();
  Object.assign(job, { isOver: true });
  world.nowMs = 50_000;
  t.same(pace.next(), { do: 'wait', untilMs: Number.POSITIVE_INFINITY });
});

t.test('a guess of what is late is looked at again soon', async (t) => {
  const { chunk } = stage();
  const voice = chunk.voice();
  voice.watch({ startedMs: 10_000, dueMs: 11_670, isGuess: true, isOver: false, late: () => undefined });
  t.same(voice.next(), { do: 'wait', untilMs: 10_100 });
});
