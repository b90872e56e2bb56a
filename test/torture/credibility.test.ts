// The Monte Carlo of credibility over many seeds: done-line 1, on the panel alone.
import t from 'tap';
import { ATTACKS, FEW, play, print } from '../simulation/credibility/scenes.ts';
import { tortureSeed } from '../support/torture-seed.ts';

const seed = tortureSeed(t);
const SEEDS = Array.from({ length: 20 }, (_, index) => seed + index);

for (const [attack, scene] of Object.entries({ ...ATTACKS, '10 % of all kinds': FEW })) {
  t.test(attack, async (t) => {
    const totals = play(scene, SEEDS);
    t.comment(print(totals));
    t.ok(totals.falseAcceptUpper95 <= (scene === FEW ? 0.001 : 0.005));
    t.ok(totals.executionsPerChunk <= (scene === FEW ? 1.8 : 2.6));
    t.ok(totals.honestRejectedRate + totals.localRate <= 0.02);
  });
}
