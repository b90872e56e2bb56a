// Only so many are remembered, and it is always those noted last.
import fc from 'fast-check';
import t from 'tap';
import { RecentMap } from '../../../conductor/market/recent-map.ts';

const MAX = 4;

t.test('those noted last are remembered, each with the value it was first given, whatever the order', async (t) => {
  const names = fc.array(fc.constantFrom(...'abcdefg'), { maxLength: 60 });
  const rememberedRight = (noted: readonly string[]) => {
    let made = 0;
    const map = new RecentMap<number>(MAX, () => made++);
    const model = new Map<string, number>();
    for (const name of noted) {
      const before = made;
      const value = map.note(name);
      if (value !== (model.get(name) ?? before)) return false;
      model.delete(name);
      model.set(name, value);
      if (model.size > MAX) model.delete([...model.keys()][0]!);
      if (map.size !== model.size) return false;
      for (const other of 'abcdefg') if (map.get(other) !== model.get(other)) return false;
    }
    return true;
  };
  t.doesNotThrow(() => fc.assert(fc.property(names, rememberedRight)));
});
