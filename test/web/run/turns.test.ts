// Turns: one a frame, in order, none before it is due, none lost.
import fc from 'fast-check';
import t from 'tap';
import { Turns } from '../../../web/run/turns.ts';

const FRAME_MS = 16;

/** A page whose frames are turned by hand. */
function page() {
  let nowMs = 0;
  let asked: { readonly fromMs: number; readonly callback: () => void } | undefined;
  const turns = new Turns({
    nowMs: () => nowMs,
    inFrame: (delayMs, callback) => {
      asked = { fromMs: nowMs + delayMs, callback };
    },
  });
  return {
    turns,
    isAsleep: () => asked === undefined,
    frame() {
      nowMs += FRAME_MS;
      if (asked === undefined || asked.fromMs > nowMs) return;
      const { callback } = asked;
      asked = undefined;
      callback();
    },
  };
}

t.test(
  'every turn is taken once, never two in a frame, never before it is due, and then the page sleeps',
  async (t) => {
    const dues = fc.array(fc.integer({ min: -10, max: 400 }), { maxLength: 30 });
    fc.assert(
      fc.property(dues, (list) => {
        const { turns, frame, isAsleep } = page();
        const taken: number[] = [];
        let nowMs = 0;
        for (const dueMs of list)
          turns.ask({
            dueMs,
            take: () => {
              t.ok(dueMs <= nowMs, `due at ${dueMs}, taken at ${nowMs}`);
              taken.push(dueMs);
            },
          });
        for (let count = 0; count < 30 + list.length; count++) {
          const before = taken.length;
          nowMs += FRAME_MS;
          frame();
          t.ok(taken.length - before <= 1);
        }
        t.same(
          [...taken].sort((left, right) => left - right),
          [...list].sort((left, right) => left - right),
        );
        t.ok(isAsleep());
      }),
      { numRuns: 100 },
    );
  },
);

t.test('of those that are due the first that asked is the first', async (t) => {
  const { turns, frame } = page();
  const taken: string[] = [];
  for (const name of ['head', 'panel', 'tree']) turns.ask({ dueMs: 0, take: () => taken.push(name) });
  for (let count = 0; count < 3; count++) frame();
  t.same(taken, ['head', 'panel', 'tree']);
});

t.test('a turn that is dropped is not taken', async (t) => {
  const { turns, frame } = page();
  const dropped = { dueMs: 0, take: () => t.fail('it was dropped') };
  turns.ask(dropped);
  turns.drop(dropped);
  frame();
});

t.test('a turn taken may ask for the next', async (t) => {
  const { turns, frame } = page();
  let count = 0;
  const again = () => {
    count++;
    turns.ask({ dueMs: 0, take: again });
  };
  again();
  for (let frames = 0; frames < 5; frames++) frame();
  t.equal(count, 6);
});
