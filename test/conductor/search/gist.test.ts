import fc from 'fast-check';
import t from 'tap';
import { gistOf } from '../../../conductor/search/gist.ts';

t.test('the lines of what a text is mostly about are chosen, in its order, none twice', async (t) => {
  const lines = [
    'Lunch is at noon for all of us today.',
    'The pump of hall three leaks again, its valve is worn.',
    'Please tidy your desks before Friday comes around.',
    'We ordered a new valve for the pump of hall three.',
    'We ordered a new valve for the pump of hall three.',
  ];
  t.same(gistOf(lines, 120), [1, 3]);
  t.same(gistOf(lines, 40, 0, 'lunch noon'), [0]);
  t.same(gistOf([], 100), []);
});

t.test('what is chosen fits, but for a first line that alone is too long', async () => {
  fc.assert(
    fc.property(fc.array(fc.lorem({ maxCount: 12 }), { maxLength: 40 }), fc.nat({ max: 400 }), (lines, charsMax) => {
      const chosen = gistOf(lines, charsMax, 5);
      const chars = chosen.reduce((sum, index) => sum + lines[index]!.trim().length + 5, 0);
      if (chosen.length > 1 && chars > charsMax) throw new RangeError(`${chars} of ${charsMax}`);
      if (chosen.join() !== [...new Set(chosen)].sort((one, other) => one - other).join())
        throw new RangeError('order');
    }),
  );
});
