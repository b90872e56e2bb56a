import t, { type Test } from 'tap';
import { LatencyModel } from '../../../conductor/market/latency.ts';
import { normal } from '../../../conductor/market/normal.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const CHARS = 16_000;

function near(t: Test, found: number | undefined, wanted: number, within: number, words: string): void {
  t.ok(
    found !== undefined && Math.abs(Math.log(found / wanted)) <= Math.log(1 + within),
    `${words}: ${found} is near ${wanted}`,
  );
}

/** A model that has seen `count` jobs of each provider, log-normal about `medianMs`. */
function taught(providers: Record<string, number>, count: number, deviation = 0.3) {
  const clock = new VirtualClock();
  const model = new LatencyModel(clock);
  const random = seededRandom(5);
  for (let job = 0; job < count; job++)
    for (const [provider, medianMs] of Object.entries(providers))
      model.observe(provider, CHARS, medianMs * Math.exp(deviation * normal(random)));
  return { clock, model, random };
}

t.test('nobody can say what is late before the swarm has answered a few jobs', async (t) => {
  const model = new LatencyModel(new VirtualClock());
  t.equal(model.lateAfterMs('a', CHARS), undefined);
  model.atLeast('a', CHARS, 10);
  for (let job = 0; job < 3; job++) model.observe('b', CHARS, 100);
  t.ok((model.lateAfterMs('never asked', CHARS) ?? 0) > 100);
});

t.test('each provider has its own quantiles', async (t) => {
  const { model } = taught({ fast: 100, slow: 1_000 }, 100);
  near(t, model.quantileMs('fast', CHARS, 0.5), 100, 0.25, 'p50 of the fast one');
  near(t, model.quantileMs('slow', CHARS, 0.5), 1_000, 0.25, 'p50 of the slow one');
  near(t, model.quantileMs('slow', CHARS, 0.8), 1_000 * Math.exp(0.3 * 0.84), 0.25, 'p80 of the slow one');
});

t.test('a newcomer is taken for one of the swarm, and then more and more for itself', async (t) => {
  const { model } = taught({ one: 100, two: 100 }, 50);
  near(t, model.quantileMs('new', CHARS, 0.5), 100, 0.25, 'before its first job');
  for (let job = 0; job < 20; job++) model.observe('new', CHARS, 2_000);
  near(t, model.quantileMs('new', CHARS, 0.5), 2_000, 0.25, 'after twenty jobs');
});

t.test('where one job in ten is stuck, a job is late long before the time of the stuck ones', async (t) => {
  const { model, random } = taught({}, 0);
  for (let job = 0; job < 400; job++)
    model.observe(`p${job % 20}`, CHARS, 100 * Math.exp(0.3 * normal(random)) * (random.fraction() < 0.1 ? 10 : 1));
  t.ok((model.quantileMs('p1', CHARS, 0.95) ?? 0) > 500, 'the plain p95 is that of the stuck');
  const lateAfterMs = model.lateAfterMs('p1', CHARS) ?? 0;
  t.ok(lateAfterMs >= 140 && lateAfterMs < 350, `late after ${lateAfterMs} ms`);
});

t.test('cancelled jobs count as longer than they were waited for', async (t) => {
  const withThem = taught({ a: 100, b: 100 }, 40).model;
  const ignored = taught({ a: 100, b: 100 }, 40).model;
  for (let job = 0; job < 16; job++) {
    withThem.atLeast('a', CHARS, 400);
    withThem.observe('a', CHARS, 100);
    ignored.observe('a', CHARS, 100);
  }
  t.ok((withThem.quantileMs('a', CHARS, 0.7) ?? 0) > 350, 'half its jobs last longer than 400 ms');
  t.ok((ignored.quantileMs('a', CHARS, 0.7) ?? 0) < 200);
});

t.test('a larger chunk may take longer, as the swarm shows', async (t) => {
  const clock = new VirtualClock();
  const [proportional, constant] = [new LatencyModel(clock), new LatencyModel(clock)];
  for (let job = 0; job < 300; job++) {
    const chars = 1_000 * 2 ** (job % 5);
    proportional.observe('a', chars, chars / 10);
    constant.observe('a', chars, 500);
  }
  near(t, proportional.quantileMs('a', 1_000, 0.5), 100, 0.4, 'a small chunk where time follows size');
  near(t, proportional.quantileMs('a', 16_000, 0.5), 1_600, 0.4, 'a large chunk where time follows size');
  near(t, constant.quantileMs('a', 1_000, 0.5), 500, 0.4, 'a small chunk where time does not');
  near(t, constant.quantileMs('a', 16_000, 0.5), 500, 0.4, 'a large chunk where time does not');
});

t.test('what was seen an hour ago hardly counts any more', async (t) => {
  const { clock, model } = taught({ a: 1_000 }, 40);
  for (let job = 0; job < 400; job++) model.observe(`p${job % 40}`, CHARS, 100);
  near(t, model.quantileMs('a', CHARS, 0.5), 1_000, 0.3, 'now');
  clock.after(3_600_000, () => undefined);
  await clock.step();
  near(t, model.quantileMs('a', CHARS, 0.5), 100, 0.5, 'an hour later it is one of the swarm again');
});

t.test('a hundred thousand providers take the memory of four thousand', async (t) => {
  const model = new LatencyModel(new VirtualClock());
  for (let provider = 0; provider < 100_000; provider++) model.observe(`p${provider}`, CHARS, 100);
  t.ok(model.size <= 4_096);
  t.ok(model.knows('p99999'));
  t.notOk(model.knows('p0'));
});

t.test('draws lie further apart the less is known of a provider', async (t) => {
  const { model, random } = taught({ known: 100 }, 60);
  const spread = (provider: string) => {
    const draws = Array.from({ length: 200 }, () => Math.log(model.sampleMs(provider, CHARS, normal(random))));
    return Math.max(...draws) - Math.min(...draws);
  };
  t.ok(spread('unknown') > 3 * spread('known'));
});
