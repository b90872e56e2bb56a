// Msat: whole, never negative, never beyond what a double counts exactly.
import fc from 'fast-check';
import t from 'tap';
import { addMsat, msat, msatToSats, satsToMsat, subtractMsat, ZERO_MSAT } from '../../protocol/money.ts';

const REFUSED = { code: 'money-invalid' };
const amount = fc.maxSafeNat().map(msat);

t.test('only whole amounts from 0 to 2^53-1 are money', async (t) => {
  for (const sound of [0, 1, 999, 2 ** 53 - 1]) t.equal(msat(sound), sound);
  for (const bad of [-1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, -0.1, '1', null, 1n])
    t.throws(() => msat(bad as number), REFUSED, String(bad));
});

t.test('sums and differences are exact or refused', async (t) => {
  fc.assert(
    fc.property(amount, amount, (left, right) => {
      const sum = BigInt(left) + BigInt(right);
      if (sum <= BigInt(Number.MAX_SAFE_INTEGER)) t.equal(BigInt(addMsat(left, right)), sum);
      else t.throws(() => addMsat(left, right), REFUSED);
      if (left >= right) t.equal(addMsat(subtractMsat(left, right), right), left);
      else t.throws(() => subtractMsat(left, right), REFUSED);
    }),
  );
});

t.test('sats are whole, and come back from msat', async (t) => {
  t.equal(satsToMsat(1_000), 1_000_000);
  t.equal(msatToSats(satsToMsat(21)), 21);
  t.equal(msatToSats(msat(1_500)), 1.5);
  t.equal(satsToMsat(0), ZERO_MSAT);
  for (const bad of [0.5, -1, 2 ** 53 / 1_000, Number.NaN]) t.throws(() => satsToMsat(bad), REFUSED, String(bad));
});
