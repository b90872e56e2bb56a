import fc from 'fast-check';
import t from 'tap';
import { TimerHeap } from './timer-heap.ts';

const NOTHING = () => undefined;

t.test('timers come out by time and then by making, whichever were taken back', async (t) => {
  const step = fc.record({ atMs: fc.nat(20), removes: fc.option(fc.nat(), { freq: 2 }), takes: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const heap = new TimerHeap();
      let live: ReturnType<TimerHeap['add']>[] = [];
      const takeFirst = () => {
        const [expected] = [...live].sort((one, other) => one.atMs - other.atMs || one.made - other.made);
        live = live.filter((timer) => timer !== expected);
        return heap.take() === expected;
      };
      for (const { atMs, removes, takes } of steps) {
        live.push(heap.add(atMs, NOTHING));
        const removed = removes === null ? undefined : live[removes % live.length];
        if (removed !== undefined) {
          heap.remove(removed);
          heap.remove(removed);
          live = live.filter((timer) => timer !== removed);
        }
        if (takes && !takeFirst()) return false;
      }
      while (live.length > 0) if (!takeFirst()) return false;
      return heap.size === 0 && heap.take() === undefined;
    }),
  );
  t.pass();
});
