import t from 'tap';
import { Pacing } from '../../../bench/long-context/pacing.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

t.test('after forty-five runs that paid, the next one waits for the minute of the first to be over', async (t) => {
  const clock = new VirtualClock();
  const pacing = new Pacing(clock);
  const { signal } = new AbortController();
  const begunMs = clock.now();
  for (let run = 0; run < 45; run++) {
    await pacing.turn(signal);
    pacing.notePaid();
  }
  let isOver = false;
  const next = pacing.turn(signal).then(() => {
    isOver = true;
  });
  await clock.advance(59_999);
  t.equal(isOver, false);
  await clock.advance(1);
  await next;
  t.equal(clock.now() - begunMs, 60_000);
  await pacing.turn(signal);
});

t.test('an interruption ends the pause', async (t) => {
  const clock = new VirtualClock();
  const pacing = new Pacing(clock);
  const controller = new AbortController();
  for (let run = 0; run < 45; run++) pacing.notePaid();
  const next = pacing.turn(controller.signal);
  controller.abort();
  await next;
  t.pass('it did not wait for the clock');
});
