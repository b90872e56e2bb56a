// The long form of test/simulation/resume.test.ts: two hundred daemons, each killed at a random moment of a run.
import t from 'tap';
import { resumeRounds } from '../simulation/resume-rounds.ts';
import { Scene } from '../simulation/scene.ts';
import { tortureSeed } from '../support/torture-seed.ts';

const TIMEOUT_MS = 1_500_000;
const RESUMES = Number(process.env.TORTURE_RESUMES ?? 200);
/** With a hub of their own daemons take longer to start than all else. */
const EMBEDDED_RESUMES = Math.ceil(RESUMES / 4);

for (const [kind, resumes] of [
  ['connected', RESUMES],
  ['embedded', EMBEDDED_RESUMES],
] as const)
  t.test(
    `${resumes} times a run is killed (${kind}) and goes on to the same answer, 0 chunks are bought twice`,
    { timeout: TIMEOUT_MS },
    async (t) => {
      const seed = tortureSeed(t);
      const startedAt = performance.now();
      const scene = await Scene.open(t, { seed, providers: kind === 'embedded' ? 0 : 2 });
      const { faults, ...figures } = await resumeRounds(scene, { seed, resumes, lanes: 4, kind });
      t.comment(`${JSON.stringify(figures)}, ${Math.round((performance.now() - startedAt) / 1_000)} s`);
      t.same(faults, [], `seed ${seed}`);
      t.equal(figures.boughtTwice, 0);
      t.ok(figures.resumes >= resumes);
      t.same(await scene.providersAgree(), []);
    },
  );
