import t from 'tap';
import { seededRandom } from '../support/seeded-random.ts';
import { countPoints, playRounds, roundsOf } from './failpoint-rounds.ts';
import { MOMENTS } from './failpoints.ts';
import { providerRounds } from './provider-rounds.ts';
import { Scene } from './scene.ts';

/** All of them are played by `npm run torture`. */
const SEED = 3;
const ROUNDS = 8;
const EVERY_OF = 9;
const KINDS = ['write', 'publish', 'requestInvoice', 'preparePayment', 'pay'];

t.test(
  `an asker is killed at ${ROUNDS} of its failpoints (seed ${SEED}): nothing is lost, nothing paid twice`,
  async (t) => {
    const scene = await Scene.open(t, { seed: SEED });
    const random = seededRandom(SEED);
    const points = await countPoints(scene);
    t.ok(points.length > 30, `${points.length} writes, publishes and wallet calls`);
    for (const kind of KINDS) t.ok(points.includes(kind), kind);
    const shuffled = roundsOf(points, MOMENTS)
      .map((round) => ({ round, drawn: random.fraction() }))
      .sort((one, other) => one.drawn - other.drawn)
      .map(({ round }) => round);
    // One of each kind first: where the points lie differs from run to run, and eight of them may all come before any payment.
    const ofEachKind = KINDS.flatMap((kind) => shuffled.find(({ point }) => point === kind) ?? []);
    const drawn = [...new Set([...ofEachKind, ...shuffled])].slice(0, ROUNDS);
    const { faults, ...figures } = await playRounds(scene, drawn, SEED);
    t.same(faults, [], JSON.stringify(figures));
    t.equal(figures.rounds, ROUNDS);
    t.ok(figures.paidMsat > 0, `${figures.paidMsat} msat were paid`);
    t.same(await scene.providersAgree(), []);
  },
);

t.test(
  `a provider is killed at every ${EVERY_OF}th of its failpoints: what it is paid stands in its books`,
  async (t) => {
    const scene = await Scene.open(t, { seed: SEED, providers: 0 });
    const options = { seed: SEED, moments: ['before', 'after'] as const, everyOf: EVERY_OF };
    const { faults, ...figures } = await providerRounds(scene, options);
    t.same(faults, [], JSON.stringify(figures));
    t.ok(figures.kills > 0, `${figures.kills} kills`);
    t.ok(figures.paidMsat > 0, `${figures.paidMsat} msat were paid`);
  },
);
