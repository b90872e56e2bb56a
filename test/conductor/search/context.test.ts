import t from 'tap';
import { HeadingTracker, parseContext, plainContext } from '../../../conductor/search/context.ts';

t.test('headings stay in force until one of their level or above', async (t) => {
  const tracker = new HeadingTracker();
  tracker.observeAll('# One\ntext\n## Two\n### Three\n## Four\n');
  t.same(tracker.headings, ['# One', '## Four']);
  tracker.observeAll('# Five\n');
  t.same(tracker.headings, ['# Five']);
});

t.test('a hash inside a fenced block opens no heading', async (t) => {
  const tracker = new HeadingTracker();
  tracker.observeAll('# One\n```sh\n# not a heading\n');
  t.same(tracker.headings, ['# One']);
  t.ok(tracker.fenced);
  const later = HeadingTracker.from({ ...plainContext(''), headings: tracker.headings, fenced: true });
  later.observeAll('# still not\n```\n## Two\n');
  t.same(later.headings, ['# One', '## Two']);
});

t.test('a context that does not fit its text is refused', async (t) => {
  const good = plainContext('0123456789', 'log');
  t.same(parseContext(JSON.parse(JSON.stringify(good)), '0123456789'), good);
  t.equal(parseContext(good, '01234'), undefined);
  t.equal(parseContext({ ...good, coreStart: 8, coreEnd: 4 }, '0123456789'), undefined);
  t.equal(parseContext({ ...good, headings: Array.from({ length: 99 }, () => 'x') }, '0123456789'), undefined);
  t.equal(parseContext({ ...good, kind: 'poem' }, '0123456789'), undefined);
  t.equal(parseContext({ ...good, offsetInLine: -1 }, '0123456789'), undefined);
  t.equal(parseContext(null, ''), undefined);
});
