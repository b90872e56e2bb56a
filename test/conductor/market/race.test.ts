import t from 'tap';
import type { VoicePace } from '../../../conductor/market/hedge.ts';
import { ChunkPace } from '../../../conductor/market/hedge.ts';
import { type Runner, race } from '../../../conductor/market/race.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

/** Runners that answer, fail or throw after a time, each late after 1_000 ms, and what became of them. */
function stage(...plans: { says: string; afterMs: number }[]) {
  const clock = new VirtualClock();
  const told = { asked: 0, cancelled: 0, lost: 0, local: [] as number[] };
  const startMs = clock.now();
  const chunk = new ChunkPace({
    nowMs: () => clock.now(),
    isSlow: () => false,
    takeToken: () => true,
    giveBackToken: () => undefined,
  });
  const pace: VoicePace = chunk.voice();
  const launch = (): Runner<string> | undefined => {
    const plan = plans.shift();
    if (plan === undefined) return undefined;
    told.asked++;
    const job = {
      startedMs: clock.now(),
      dueMs: clock.now() + 1_000,
      isGuess: false,
      isOver: false,
      late: () => undefined,
    };
    pace.watch(job);
    let stop: () => void = () => undefined;
    let cancelled: () => void = () => undefined;
    const outcome = new Promise<string>((resolve, reject) => {
      cancelled = () => resolve('cancelled');
      stop = clock.after(plan.afterMs, () => (plan.says === 'throws' ? reject(new Error('bug')) : resolve(plan.says)));
    }).finally(() => {
      job.isOver = true;
    });
    const cancel = () => {
      told.cancelled++;
      stop();
      cancelled();
    };
    return { outcome, cancel };
  };
  const first = launch() as Runner<string>;
  const result = race(first, {
    clock,
    pace,
    another: launch,
    isAnswer: (outcome) => outcome.startsWith('answer'),
    goLocal: () => told.local.push(clock.now() - startMs),
    lost: () => told.lost++,
  });
  const end = async () => {
    const outcome = await clock.runUntil(result);
    return { outcome, afterMs: clock.now() - startMs, ...told, timers: clock.pending };
  };
  return { end };
}

t.test('a job in time needs no hedge', async (t) => {
  const { end } = stage({ says: 'answer', afterMs: 900 }, { says: 'never asked', afterMs: 10 });
  t.match(await end(), { outcome: 'answer', afterMs: 900, asked: 1, cancelled: 0, timers: 0 });
});

t.test('a late job is raced by a hedge, and the loser is cancelled', async (t) => {
  const { end } = stage({ says: 'answer late', afterMs: 10_000 }, { says: 'answer', afterMs: 500 });
  t.match(await end(), { outcome: 'answer', afterMs: 1_500, asked: 2, cancelled: 1, lost: 1, timers: 0 });
});

t.test('the first job may still win', async (t) => {
  const { end } = stage({ says: 'answer first', afterMs: 1_200 }, { says: 'answer', afterMs: 5_000 });
  t.match(await end(), { outcome: 'answer first', afterMs: 1_200, cancelled: 1, timers: 0 });
});

t.test('a hedge that fails does not end the race, and the last failure does', async (t) => {
  const one = stage({ says: 'answer', afterMs: 1_800 }, { says: 'failed', afterMs: 500 });
  t.match(await one.end(), { outcome: 'answer', afterMs: 1_800, cancelled: 0 });
  const both = stage({ says: 'silent', afterMs: 1_800 }, { says: 'failed', afterMs: 500 });
  t.match(await both.end(), { outcome: 'silent', afterMs: 1_800, cancelled: 0, timers: 0 });
});

t.test('when nobody else can be asked it goes local in time, and goes on waiting', async (t) => {
  const { end } = stage({ says: 'answer', afterMs: 10_000 });
  t.match(await end(), { outcome: 'answer', afterMs: 10_000, local: [3_000], timers: 0 });
});

t.test('what a runner throws is thrown, after the others were cancelled', async (t) => {
  const { end } = stage({ says: 'answer', afterMs: 10_000 }, { says: 'throws', afterMs: 500 });
  await t.rejects(end(), /bug/);
});
