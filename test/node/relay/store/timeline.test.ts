import { deepEqual } from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { precedes } from '../../../../node/relay/store/event-store.ts';
import { type Dated, Timeline } from '../../../../node/relay/store/timeline.ts';

const byOrder = (left: Dated, right: Dated) => (precedes(left, right) ? -1 : 1);

t.test('after any inserts, removals and departures a timeline reads newest first', async () => {
  const entries = fc.uniqueArray(fc.record({ id: fc.uuid(), created_at: fc.nat(20) }), {
    selector: ({ id }) => id,
    maxLength: 60,
  });
  fc.assert(
    fc.property(entries, fc.func(fc.nat(5)), fc.nat(20), fc.nat(20), (all, fate, since, until) => {
      const timeline = new Timeline<Dated>();
      let model: Dated[] = [];
      for (const entry of all) {
        timeline.insert(entry);
        model = [...model, entry].sort(byOrder);
        if (fate(entry.id) === 0) {
          timeline.remove(entry);
          model = model.filter((one) => one !== entry);
        } else if (fate(entry.id) === 1) deepEqual(timeline.takeOldest(), model.pop());
      }
      deepEqual(timeline.size, model.length);
      deepEqual([...timeline.newest()], model);
      deepEqual(
        [...timeline.newest(since, until)],
        model.filter(({ created_at }) => created_at >= since && created_at <= until),
      );
    }),
  );
});

t.test('a timeline from which thousands have left stays whole', async (t) => {
  const timeline = new Timeline<Dated>();
  for (let n = 0; n < 10_000; n += 1) {
    timeline.insert({ id: String(n), created_at: n });
    if (n >= 10) timeline.takeOldest();
  }
  t.same(
    [...timeline.newest()].map(({ created_at }) => created_at),
    Array.from({ length: 10 }, (_, n) => 9_999 - n),
  );
});
