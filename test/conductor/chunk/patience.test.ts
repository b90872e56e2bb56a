import t from 'tap';
import { Patience } from '../../../conductor/chunk/patience.ts';
import { SIGN_OF_LIFE_MS, SILENCE_MS } from '../../../protocol/limits.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const TIMEOUT_MS = 60_000;

/** Patience, and a way to await its end. */
function stage(timeoutMs = TIMEOUT_MS) {
  const clock = new VirtualClock();
  const startedMs = clock.now();
  const patience = new Patience(clock).begin(timeoutMs);
  const over = new Promise<void>((resolve) => patience.signal.addEventListener('abort', () => resolve()));
  const lasted = async () => {
    await clock.runUntil(over);
    return clock.now() - startedMs;
  };
  return { clock, patience, lasted };
}

t.test('who never shows a sign of life is given up soon', async (t) => {
  const { patience, lasted } = stage();
  t.equal(await lasted(), SIGN_OF_LIFE_MS);
  t.equal(patience.exhausted, 'no-sign-of-life');
});

t.test('who goes silent after a sign of life is given up long before the timeout', async (t) => {
  const { patience, lasted } = stage();
  t.ok(patience.signOfLife(), 'the first is news');
  t.equal(await lasted(), SILENCE_MS);
  t.equal(patience.exhausted, 'no-sign-of-life');
});

t.test('who goes on showing signs of life has the whole timeout', async (t) => {
  const { clock, patience, lasted } = stage();
  const show = () => {
    patience.signOfLife();
    clock.after(SILENCE_MS / 2, show);
  };
  show();
  t.equal(await lasted(), TIMEOUT_MS);
  t.equal(patience.exhausted, 'timeout');
});

t.test('who is trusted need not show any', async (t) => {
  const { patience, lasted } = stage();
  patience.trust();
  t.equal(await lasted(), TIMEOUT_MS);
});

t.test('a short timeout comes before any silence', async (t) => {
  const { patience, lasted } = stage(1_000);
  t.equal(await lasted(), 1_000);
  t.equal(patience.exhausted, 'timeout');
});

t.test('nothing runs on after the end', async (t) => {
  const { clock, patience } = stage();
  patience.end();
  t.notOk(patience.signOfLife(), 'no news any more');
  t.equal(clock.pending, 0);
});
