import t from 'tap';
import { Pace } from '../../../conductor/market/pace.ts';
import { RunAllowance, TokenBucket } from '../../../conductor/market/token-bucket.ts';
import { PROCESSING_AFTER_MS } from '../../../protocol/limits.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const CHARS = 16_000;

async function pass(clock: VirtualClock, ms: number): Promise<void> {
  clock.after(ms, () => undefined);
  await clock.step();
}

/** A pace that has seen `jobs` jobs of 200 ms. */
async function taught(jobs = 8) {
  const clock = new VirtualClock();
  const pace = new Pace(clock);
  for (let index = 0; index < jobs; index++) {
    const job = pace.ask(`p${index % 4}`, CHARS);
    await pass(clock, 200);
    job.end('answered');
  }
  return { clock, pace };
}

t.test('a run may hedge three times in any case, and then what its jobs have earned', async (t) => {
  const bucket = new TokenBucket();
  const allowance = new RunAllowance(bucket);
  const taken = () => {
    let count = 0;
    while (allowance.take()) count++;
    return count;
  };
  t.equal(taken(), 3 + 8, 'and what is there at the start');
  for (let job = 0; job < 32; job++) bucket.earn();
  t.equal(taken(), 8, 'a quarter of the jobs');
  for (let job = 0; job < 10_000; job++) bucket.earn();
  t.equal(taken(), 64, 'it saves up no more than that');
});

t.test('two runs spend from one bucket', async (t) => {
  const bucket = new TokenBucket();
  for (let job = 0; job < 8; job++) bucket.earn();
  const runs = [new RunAllowance(bucket), new RunAllowance(bucket)];
  let count = 0;
  for (const run of runs) while (run.take()) count++;
  t.equal(count, 3 + 3 + 8 + 2);
});

t.test('a job is due at its time, or when a sign of life is', async (t) => {
  const { clock, pace } = await taught();
  const fast = pace.ask('p1', CHARS);
  const dueAfterMs = (fast.dueMs ?? 0) - clock.now();
  t.ok(dueAfterMs >= 250 && dueAfterMs <= 400, `late after ${dueAfterMs} ms`);
  for (let index = 0; index < 20; index++) pace.latency.observe('slow', CHARS, 20_000);
  for (let index = 0; index < 400; index++) pace.latency.observe(`q${index}`, CHARS, 20_000);
  const slow = pace.ask('slow', CHARS);
  const silentMs = (slow.dueMs ?? 0) - clock.now();
  t.ok(silentMs > PROCESSING_AFTER_MS && silentMs < 2_500, `silence is unusual after ${silentMs} ms`);
  slow.signOfLife();
  t.ok((slow.dueMs ?? 0) - clock.now() > 20_000, 'who shows signs of life has its time');
});

t.test('one that has not said a word when whoever is there has is gone; one that has is not', async (t) => {
  const { clock, pace } = await taught();
  const [dead, slow] = [pace.ask('dead', CHARS), pace.ask('slow', CHARS)];
  t.notOk(dead.isSilent, 'not yet');
  await pass(clock, PROCESSING_AFTER_MS + 10);
  slow.signOfLife();
  await pass(clock, 250);
  t.ok(dead.isSilent);
  t.notOk(slow.isSilent);
  t.notOk(new Pace(clock).ask('dead', CHARS).isSilent, 'nobody knows in a swarm that has not said anything');
});

t.test('when a job is late is a guess until the swarm has answered a few', async (t) => {
  const { pace, clock } = await taught(2);
  const job = pace.ask('new', CHARS);
  t.ok(job.isGuess);
  const before = job.dueMs ?? 0;
  const third = pace.ask('p0', CHARS);
  await pass(clock, 200);
  third.end('answered');
  t.notOk(job.isGuess);
  t.ok((job.dueMs ?? 0) < before, 'and what others answered meanwhile moves it');
});

t.test('a known straggler is late when the time of the others has passed', async (t) => {
  const { clock, pace } = await taught(40);
  for (let index = 0; index < 40; index++) pace.latency.observe('slow', CHARS, 30_000);
  for (let index = 0; index < 500; index++) pace.latency.observe(`q${index % 20}`, CHARS, 200);
  const job = pace.ask('slow', CHARS);
  job.signOfLife();
  t.ok((job.lateAfterMs ?? 0) > 20_000);
  t.ok((job.dueMs ?? 0) - clock.now() < 1_000);
});

t.test('one late provider is not a slow swarm, however many jobs it has; most of them are', async (t) => {
  const { clock, pace } = await taught();
  const jobs = Array.from({ length: 10 }, () => pace.ask('p0', CHARS));
  for (const job of jobs) job.late();
  await pass(clock, 5_000);
  t.notOk(pace.isSlow(CHARS));
  const others = Array.from({ length: 5 }, (_, index) => pace.ask(`p${index}`, CHARS));
  for (const job of others) job.late();
  t.ok(pace.isSlow(CHARS), 'nobody was in time of late');
  for (let index = 0; index < 8; index++) pace.ask(`q${index}`, CHARS).end('answered');
  t.notOk(pace.isSlow(CHARS), 'more of them are in time');
  await pass(clock, 5_000);
  t.ok(pace.isSlow(CHARS), 'that was a while ago');
  for (const job of [...jobs, ...others]) job.end('answered');
  await pass(clock, 5_000);
  t.notOk(pace.isSlow(CHARS), 'they came after all');
});

t.test('a job ends once', async (t) => {
  const { pace } = await taught(1);
  const job = pace.ask('p9', CHARS);
  job.end('withdrawn');
  job.end('answered');
  job.end('silent');
  t.ok(job.isOver);
  t.notOk(pace.record.knows('p9'), 'what was withdrawn is no mark against anybody');
  const late = pace.ask('p9', CHARS);
  late.late();
  late.end('withdrawn');
  t.ok(pace.record.knows('p9'), 'unless it was late');
});
