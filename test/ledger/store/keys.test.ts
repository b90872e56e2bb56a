import fc from 'fast-check';
import t from 'tap';
import { escapeKeyPart, eventKey, experimentKey, lastPart, runsOfExperiment } from '../../../ledger/store/keys.ts';
import { runIdOf } from '../../support/traces.ts';

t.test('event keys sort as their numbers do', async (t) => {
  const seq = fc.integer({ min: 0, max: 99_999_999 });
  const property = fc.property(seq, seq, (left, right) => {
    const [one, other] = [eventKey('R', left), eventKey('R', right)];
    return Math.sign(left - right) === (one < other ? -1 : one > other ? 1 : 0);
  });
  t.doesNotThrow(() => fc.assert(property));
  for (const bad of [-1, 1.5, 100_000_000, Number.NaN]) t.throws(() => eventKey('R', bad), { code: 'trace-invalid' });
});

t.test("a user's words never break out of their part of a key, and different words stay apart", async (t) => {
  const words = fc.string({ unit: fc.constantFrom('!', '%', '"', '~', 'a', '2', '1', '\0', ' ', 'é', '🐘') });
  const property = fc.property(words, words, (one, other) => {
    const key = experimentKey(one, runIdOf(1));
    const { gte, lt } = runsOfExperiment(other);
    const found = key >= gte && key < lt;
    const apart = (escapeKeyPart(one) === escapeKeyPart(other)) === (one === other);
    return apart && found === (one === other) && lastPart(key) === runIdOf(1);
  });
  t.doesNotThrow(() => fc.assert(property, { numRuns: 1_000 }));
});
