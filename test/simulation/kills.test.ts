import t from 'tap';
import { killRounds } from './kill-rounds.ts';
import { Scene } from './scene.ts';

/** A thousand of them are made by `npm run torture`. */
const SEED = 11;
const KILLS = 8;

t.test(
  `a daemon is killed ${KILLS} times at random (seed ${SEED}): 0 msat lost, 0 paid twice, 0 holds left`,
  async (t) => {
    const scene = await Scene.open(t, { seed: SEED });
    const { faults, ...figures } = await killRounds(scene, {
      seed: SEED,
      kills: KILLS,
      lanes: 2,
      killsPerAudit: 4,
      kind: 'connected',
    });
    t.same(faults, [], JSON.stringify(figures));
    t.equal(figures.kills, KILLS);
    t.ok(figures.paidMsat > 0, `${figures.paidMsat} msat were paid`);
    t.ok(figures.slowestMs <= 60_000, `${figures.slowestMs} ms: ${figures.slowest}`);
    t.same(await scene.providersAgree(), []);
  },
);

t.test(
  `a daemon that pays with its own hub is killed ${KILLS} times (seed ${SEED}): hub, ledger and earnings agree`,
  async (t) => {
    const scene = await Scene.open(t, { seed: SEED, providers: 0 });
    const options = { seed: SEED, kills: KILLS, lanes: 2, killsPerAudit: 4, kind: 'embedded' as const };
    const { faults, ...figures } = await killRounds(scene, options);
    t.same(faults, [], JSON.stringify(figures));
    t.equal(figures.kills, KILLS);
    t.ok(figures.paidMsat > 0, `${figures.paidMsat} msat were paid`);
  },
);
