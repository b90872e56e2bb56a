import t from 'tap';
import { FRAME_MS, FRAME_MS_MAX, FrameTurns, frameMsFor } from '../../../../node/api/live/frame-turns.ts';

t.test('one feed sends at once, and then no sooner than a frame later', async (t) => {
  const turns = new FrameTurns();
  const feed = {};
  t.equal(turns.wait(feed, 1_000), 0);
  t.equal(turns.wait(feed, 1_010), FRAME_MS - 10);
  t.equal(turns.wait(feed, 1_000 + FRAME_MS), 0);
});

t.test('several feeds take turns, and together send no more than one', async (t) => {
  const turns = new FrameTurns();
  const feeds = [{ name: 'a' }, { name: 'b' }, { name: 'c' }];
  const sent: string[] = [];
  for (let ms = 0; ms < 20 * FRAME_MS; ms += 10)
    for (const feed of feeds) if (turns.wait(feed, ms) === 0) sent.push(feed.name);
  t.equal(sent.length, 20);
  for (const { name } of feeds) t.ok(sent.filter((one) => one === name).length >= 6, `${name} of ${sent.join('')}`);
});

t.test('one that leaves is not waited for', async (t) => {
  const turns = new FrameTurns();
  const [gone, stays] = [{}, {}];
  t.equal(turns.wait(stays, 0), 0);
  t.not(turns.wait(gone, 10), 0);
  turns.leave(gone);
  t.equal(turns.wait(stays, FRAME_MS), 0);
});

t.test(
  'up to twelve who follow one run are told twenty times a second, more share 250 sends, none has less than five',
  async (t) => {
    for (const few of [0, 1, 12]) t.equal(frameMsFor(few), FRAME_MS);
    for (const many of [13, 25, 50]) t.equal((many * 1_000) / frameMsFor(many), 250);
    for (const crowd of [50, 64, 1_000]) t.equal(frameMsFor(crowd), FRAME_MS_MAX);
  },
);
