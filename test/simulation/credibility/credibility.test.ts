// A seeded part of the Monte Carlo of credibility; `npm run torture -- credibility` plays more seeds of it.
import t from 'tap';
import { ATTACKS, FEW, play, print } from './scenes.ts';

const SEEDS = [1, 2, 3];

for (const [attack, scene] of Object.entries(ATTACKS)) {
  t.test(`30 % of providers: ${attack}`, async (t) => {
    const totals = play(scene, SEEDS);
    t.comment(`seeds ${SEEDS}: ${print(totals)}`);
    t.ok(totals.falseAcceptUpper95 <= 0.005, 'at most 0.5 % of the answers are lies');
    t.ok(totals.executionsPerChunk <= 2.6, 'for at most 2.6 jobs a chunk');
    t.ok(totals.honestRejectedRate + totals.localRate <= 0.02, 'and hardly any honest work is lost by it');
    if (scene.bad?.colluding !== undefined && scene.canaryDetect === undefined)
      t.ok(totals.liesPaidMost <= 3, 'a constant liar is paid for at most three');
  });
}

t.test('10 % of providers lie', async (t) => {
  const totals = play(FEW, SEEDS);
  t.comment(`seeds ${SEEDS}: ${print(totals)}`);
  t.ok(totals.falseAcceptUpper95 <= 0.001);
  t.ok(totals.executionsPerChunk <= 1.8);
  t.ok(totals.honestRejectedRate + totals.localRate <= 0.02);
});

t.test('a fixed vote of 2 of 3 believes a fifth of the lies of 30 % that collude', async (t) => {
  const totals = play({ ...ATTACKS['all tell the same lie'], scheme: 'vote-2of3' }, SEEDS);
  t.comment(`seeds ${SEEDS}: ${print(totals)}`);
  t.ok(totals.falseAcceptRate > 0.15);
});

t.test('a short run among few strangers is as sound, and dearer', async (t) => {
  const totals = play({ ...ATTACKS['all tell the same lie'], providers: 20, chunks: 200 }, [1, 2, 3, 4, 5, 6, 7, 8]);
  t.comment(print(totals));
  t.ok(totals.falseAcceptUpper95 <= 0.005);
  t.ok(totals.executionsPerChunk <= 2.6);
});
