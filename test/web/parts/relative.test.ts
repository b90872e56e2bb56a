import t from 'tap';
import { relativeWords } from '../../../web/parts/relative.ts';

const NOW_MS = Date.UTC(2026, 10, 24, 12);

t.test('a moment is told by how long ago it was, and by its date when that is long', async (t) => {
  const told = (agoMs: number) => relativeWords(NOW_MS - agoMs, NOW_MS);
  t.equal(told(0), 'just now');
  t.equal(told(4_999), 'just now');
  t.equal(told(7_400), '7 s ago');
  t.equal(told(12_999), '12 s ago');
  t.equal(told(180_000), '3 min ago');
  t.equal(told(5 * 3_600_000), '5 h ago');
  t.equal(told(9 * 86_400_000), '9 d ago');
  t.equal(told(40 * 86_400_000), '2026-10-15');
  t.equal(told(-180_000), 'in 3 min', 'clocks of others may be ahead');
  t.equal(relativeWords(Number.NaN, NOW_MS), 'unknown');
});
