import t from 'tap';
import { RunsFeed } from '../../../../node/api/live/runs-feed.ts';
import type { RunRecord } from '../../../../protocol/run.ts';
import type { TraceEvent } from '../../../../protocol/trace.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

/** Runs by their ids, and who hears of them. */
function stage() {
  const clock = new VirtualClock();
  let listener: ((events: readonly TraceEvent[]) => void) | undefined;
  const read: string[] = [];
  const failures: unknown[] = [];
  const engine = {
    hear: (heard: (events: readonly TraceEvent[]) => void) => {
      listener = heard;
      return () => {
        listener = undefined;
      };
    },
    runs: {
      list: async () => [{ id: 'going' } as RunRecord],
      get: async (id: string) => {
        read.push(id);
        if (id === 'broken') throw new RangeError('broken');
        return id === 'gone' ? undefined : ({ id } as RunRecord);
      },
    } as unknown as ConstructorParameters<typeof RunsFeed>[0]['runs'],
  };
  const feed = new RunsFeed(engine, clock, (thrown) => failures.push(thrown));
  const change = (...ids: string[]) => listener?.(ids.map((run_id) => ({ run_id }) as TraceEvent));
  return { clock, feed, read, failures, change, isHearing: () => listener !== undefined };
}

function watcher() {
  const told: string[][] = [];
  return {
    isBusy: false,
    told,
    take: (message: Buffer) => void told.push(JSON.parse(String(message)).runs.map(({ id }: RunRecord) => id)),
  };
}

t.test('whoever begins to watch is told what goes on, then what changes, four times a second', async (t) => {
  const { clock, feed, read, change } = stage();
  const [one, two] = [watcher(), watcher()];
  feed.watch(one);
  feed.watch(two);
  await clock.advance(0);
  t.same(one.told, [['going']]);
  change('a', 'a', 'b');
  await clock.advance(0);
  t.same(one.told.slice(1), [['a', 'b']]);
  t.same(two.told.slice(1), [['a', 'b']]);
  t.same(read, ['a', 'b'], 'each was read once for both');
  change('a');
  await clock.advance(249);
  change('a', 'gone');
  t.equal(one.told.length, 2);
  await clock.advance(1);
  t.same(one.told.slice(2), [['a']]);
});

t.test('one that is busy is told later, with what changed meanwhile', async (t) => {
  const { clock, feed, change } = stage();
  const slow = watcher();
  feed.watch(slow);
  await clock.advance(0);
  slow.isBusy = true;
  change('a');
  await clock.advance(300);
  change('b');
  await clock.advance(300);
  t.equal(slow.told.length, 1);
  slow.isBusy = false;
  await clock.advance(300);
  t.same(slow.told.slice(1), [['a', 'b']]);
});

t.test(
  'a run that cannot be read is told to the log and not to death; when nobody watches nothing is heard',
  async (t) => {
    const { clock, feed, failures, change, isHearing } = stage();
    const one = watcher();
    feed.watch(one);
    await clock.advance(0);
    change('broken');
    await clock.advance(0);
    t.equal(failures.length, 1);
    change('a');
    await clock.advance(300);
    t.same(one.told.slice(1), [['a']]);
    feed.unwatch(one);
    t.notOk(isHearing());
    t.equal(clock.pending, 0);
  },
);
