import fc from 'fast-check';
import t from 'tap';
import { commonSequences } from '../../../dse/mine/sequences.ts';

t.test(
  'whole lists come first, then what several have in common, and parts of it only where they are in more',
  async (t) => {
    const lists = [
      ['Search', 'Load', 'Final'],
      ['Search', 'Load', 'Final'],
      ['Preview', 'Search', 'Load', 'Compute', 'Final'],
      ['Chunk', 'Final'],
    ];
    t.same(commonSequences(lists, 2), [
      { names: ['Search', 'Load', 'Final'], lists: [0, 1], isWhole: true },
      { names: ['Search', 'Load'], lists: [0, 1, 2], isWhole: false },
    ]);
    t.same(commonSequences(lists, 4), []);
  },
);

t.test('what is told of a list is in it, and a sequence that two lists share is told', async (t) => {
  const list = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 7 });
  fc.assert(
    fc.property(fc.array(list, { maxLength: 6 }), (lists) => {
      const found = commonSequences(lists, 2);
      const spelled = lists.map((names) => names.join());
      for (const { names, lists: at, isWhole } of found) {
        t.ok(at.length >= 2);
        for (const place of at)
          t.ok(isWhole ? spelled[place] === names.join() : `,${spelled[place]},`.includes(`,${names.join()},`));
      }
      const pair = (names: readonly string[]) => names.slice(0, 2).join();
      for (const [at, one] of lists.entries())
        for (const other of lists.slice(at + 1))
          if (one.length >= 2 && pair(one) === pair(other))
            t.ok(found.some(({ names }) => names.join().includes(pair(one))));
    }),
    { numRuns: 60 },
  );
});
