import fc from 'fast-check';
import t from 'tap';
import { clusterAnswers } from '../../../conductor/verify/clusters.ts';

/** Numbers agree when they are at most 10 apart: enough to build chains. */
const near = (left: number, right: number) => {
  const apart = Math.abs(left - right);
  return { agrees: apart <= 10, score: 1 - apart / 100 };
};
const key = (item: number) => String(item).padStart(6, '0');

t.test('answers that agree are one cluster, and the one in the middle stands for them', async (t) => {
  const clusters = clusterAnswers([9, 1, 4, 90], near, key);
  t.same(clusters, [
    { members: [9, 1, 4], medoid: 4 },
    { members: [90], medoid: 90 },
  ]);
});

t.test('a chain of near agreements does not join two ends that differ', async (t) => {
  const clusters = clusterAnswers([0, 8, 16], near, key);
  t.equal(clusters.length, 2);
  for (const { members } of clusters) t.ok(Math.max(...members) - Math.min(...members) <= 10);
});

t.test('nothing gives no cluster, one answer stands for itself', async (t) => {
  t.same(clusterAnswers([], near), []);
  t.same(clusterAnswers([7], near), [{ members: [7], medoid: 7 }]);
});

t.test('whatever the order of arrival, clusters and medoids are the same and every pair inside agrees', async () => {
  const answers = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 9 });
  fc.assert(
    fc.property(answers, fc.array(fc.nat(), { minLength: 9, maxLength: 9 }), (items, shuffle) => {
      const shuffled = items.map((item, at) => ({ item, by: shuffle[at]! })).sort((one, other) => one.by - other.by);
      const plain = ({ members, medoid }: { members: number[]; medoid: number }) => ({
        members: [...members].sort((one, other) => one - other),
        medoid,
      });
      const one = clusterAnswers(items, near, key);
      const other = clusterAnswers(
        shuffled.map(({ item }) => item),
        near,
        key,
      );
      const every = one.every(({ members }) =>
        members.every((left) => members.every((right) => near(left, right).agrees)),
      );
      const kept = one.reduce((sum, { members }) => sum + members.length, 0);
      return every && kept === items.length && JSON.stringify(one.map(plain)) === JSON.stringify(other.map(plain));
    }),
  );
});
