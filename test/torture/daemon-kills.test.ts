// The long form of test/simulation/kills.test.ts: a thousand daemons, each killed while it starts, recovers, runs or pays.
import t from 'tap';
import { killRounds } from '../simulation/kill-rounds.ts';
import { Scene } from '../simulation/scene.ts';
import { tortureSeed } from '../support/torture-seed.ts';

const TIMEOUT_MS = 1_500_000;
const KILLS = Number(process.env.TORTURE_KILLS ?? 1_000);
/** Of daemons that pay with the hub of their own home. */
const EMBEDDED_KILLS = 200;
/** Of the command itself, in real time, where an invoice that nobody pays takes a minute to be void. */
const REAL_TIME_KILLS = 40;

t.test(
  `${KILLS} kills: 0 msat lost, 0 paid twice, 0 holds left, nothing unknown for a minute`,
  { timeout: TIMEOUT_MS },
  async (t) => {
    const seed = tortureSeed(t);
    const startedAt = performance.now();
    const scene = await Scene.open(t, { seed });
    const options = { seed, kills: KILLS, lanes: 6, killsPerAudit: 8, kind: 'connected' as const };
    const { faults, ...figures } = await killRounds(scene, options);
    t.comment(`${JSON.stringify(figures)}, ${Math.round((performance.now() - startedAt) / 1_000)} s`);
    t.same(faults, [], `seed ${seed}`);
    t.equal(figures.kills, KILLS);
    t.same(await scene.providersAgree(), []);
  },
);

t.test(`${EMBEDDED_KILLS} kills of daemons with a hub of their own`, { timeout: TIMEOUT_MS }, async (t) => {
  const seed = tortureSeed(t);
  const scene = await Scene.open(t, { seed, providers: 0 });
  const options = { seed, kills: EMBEDDED_KILLS, lanes: 4, killsPerAudit: 10, kind: 'embedded' as const };
  const { faults, ...figures } = await killRounds(scene, options);
  t.comment(JSON.stringify(figures));
  t.same(faults, [], `seed ${seed}`);
});

t.test(`${REAL_TIME_KILLS} kills of the command itself, in real time`, { timeout: TIMEOUT_MS }, async (t) => {
  const seed = tortureSeed(t);
  const scene = await Scene.open(t, { seed, scale: 1 });
  const options = { seed, kills: REAL_TIME_KILLS, lanes: 4, killsPerAudit: 10, kind: 'connected' as const };
  const { faults, ...figures } = await killRounds(scene, options);
  t.comment(JSON.stringify(figures));
  t.same(faults, [], `seed ${seed}`);
  t.same(await scene.providersAgree(), []);
});
