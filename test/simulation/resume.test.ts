import t from 'tap';
import { resumeRounds } from './resume-rounds.ts';
import { Scene } from './scene.ts';

/** Two hundred of them are made by `npm run torture`. */
const SEED = 5;
const RESUMES = { connected: 3, embedded: 2 };

for (const kind of ['connected', 'embedded'] as const)
  t.test(
    `a daemon (${kind}) is killed, and ${RESUMES[kind]} times a run goes on (seed ${SEED}) to the same answer, nothing is bought twice`,
    async (t) => {
      const scene = await Scene.open(t, { seed: SEED, providers: kind === 'embedded' ? 0 : 2 });
      const { faults, ...figures } = await resumeRounds(scene, { seed: SEED, resumes: RESUMES[kind], lanes: 1, kind });
      t.same(faults, [], JSON.stringify(figures));
      t.equal(figures.boughtTwice, 0);
      t.ok(figures.resumes >= RESUMES[kind] && figures.paidMsat > 0, JSON.stringify(figures));
      t.comment(JSON.stringify(figures));
    },
  );
