// The long form of test/simulation/failpoints.test.ts: every write, publish and wallet call of an asker and of a provider.
import t from 'tap';
import { countPoints, playRounds, roundsOf } from '../simulation/failpoint-rounds.ts';
import { MOMENTS } from '../simulation/failpoints.ts';
import { providerRounds } from '../simulation/provider-rounds.ts';
import { Scene } from '../simulation/scene.ts';
import { tortureSeed } from '../support/torture-seed.ts';

const TIMEOUT_MS = 1_500_000;

t.test(
  'an asker is killed before, in and after each of its failpoints, and each of its writes fails',
  { timeout: TIMEOUT_MS },
  async (t) => {
    const seed = tortureSeed(t);
    const scene = await Scene.open(t, { seed });
    const rounds = roundsOf(await countPoints(scene), MOMENTS);
    const { faults, ...figures } = await playRounds(scene, rounds, seed);
    t.comment(JSON.stringify(figures));
    t.same(faults, [], `seed ${seed}`);
    t.equal(figures.rounds, rounds.length);
    t.same(await scene.providersAgree(), []);
  },
);

t.test('a provider is killed before, in and after each of its failpoints', { timeout: TIMEOUT_MS }, async (t) => {
  const seed = tortureSeed(t);
  const scene = await Scene.open(t, { seed, providers: 0 });
  const { faults, ...figures } = await providerRounds(scene, { seed, moments: MOMENTS, everyOf: 1 });
  t.comment(JSON.stringify(figures));
  t.same(faults, [], `seed ${seed}`);
});
