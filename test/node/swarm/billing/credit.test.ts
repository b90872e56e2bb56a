import fc from 'fast-check';
import t from 'tap';
import { creditLineMsat, roomMsat, wantedPayment } from '../../../../node/swarm/billing/credit.ts';
import { NOTHING } from '../../../support/billing-stage.ts';

t.test(
  'the line begins at the base, grows with what was paid up to twenty times it, and shrinks by ten times what was disputed',
  async (t) => {
    const line = (receivedMsat: number, disputedMsat = 0, base = 50_000) =>
      creditLineMsat({ ...NOTHING, receivedMsat, disputedMsat }, base);
    t.equal(line(0), 50_000);
    t.equal(line(30_000), 80_000);
    t.equal(line(950_000), 1_000_000);
    t.equal(line(1e12), 1_000_000);
    t.equal(line(30_000, 1_000), 70_000);
    t.equal(line(0, 6_000), 0, 'and never below nothing');
    t.equal(line(20e6, 1e6), 1_000_000, 'who pays for years and disputes a twentieth keeps its credit');
    t.equal(line(1e12, 0, 0), 0, 'prepayment stays prepayment');
  },
);

t.test('an advance is room, a debt takes it away', async (t) => {
  t.equal(roomMsat({ ...NOTHING, advanceMsat: 300 }, 1_000), 1_300);
  t.equal(roomMsat({ ...NOTHING, dueMsat: 1_200 }, 1_000), -200);
});

t.test('whoever pays what is asked for has room for the work, and never pays less than it owes', async (t) => {
  const amount = fc.nat(1_000_000);
  const standing = fc.record({ dueMsat: amount, advanceMsat: amount, receivedMsat: amount, disputedMsat: amount });
  const property = fc.property(standing, amount, amount, (before, base, wanted) => {
    if (wanted <= roomMsat(before, base)) return true;
    const { leastMsat, amountMsat } = wantedPayment(before, base, wanted);
    if (amountMsat < before.dueMsat || leastMsat > amountMsat) return false;
    return [leastMsat, amountMsat].every((paid) => {
      const after = {
        ...before,
        receivedMsat: before.receivedMsat + paid,
        dueMsat: Math.max(0, before.dueMsat - paid),
        advanceMsat: before.advanceMsat + Math.max(0, paid - before.dueMsat),
      };
      return wanted <= roomMsat(after, base);
    });
  });
  t.doesNotThrow(() => fc.assert(property, { numRuns: 1_000 }));
});
