import fc from 'fast-check';
import t from 'tap';
import { checkNight } from '../../../dse/overnight/dangling.ts';
import { newNight, takeSteps } from '../../../dse/overnight/night.ts';
import type { Night } from '../../../protocol/dse/overnight.ts';
import type { PylonError } from '../../../protocol/errors.ts';
import { Dead, NightStage, WINNER } from '../../support/night-stage.ts';

const never = new AbortController().signal;
const statuses = (night: Night) => night.steps.map(({ step, status, note }) => `${step} ${status} ${note}`).join(', ');

/** Lives one life after the other until the night is over; each dies at its write. */
async function live(
  stage: NightStage,
  deaths: readonly { after: number; moment: 'before' | 'after' }[],
): Promise<Night> {
  const at = { nightId: '01JZZZZZZZZZZZZZZZZZZZZZZZ', nowMs: stage.clock.now(), gitSha: 'abc' };
  let night = newNight(stage.request(), at, []);
  for (const { after, moment } of deaths) {
    stage.death = { write: stage.writes + after, moment };
    try {
      return await stage.clock.runUntil(takeSteps(stage.ports, night, never));
    } catch (thrown) {
      if (!((thrown as PylonError).cause instanceof Dead)) throw thrown;
      night = stage.kept ?? night;
    }
  }
  stage.death = undefined;
  return stage.clock.runUntil(takeSteps(stage.ports, night, never));
}

t.test('killed at any writes, any number of times, a night ends as one that nobody killed', async (t) => {
  const death = fc.record({
    after: fc.integer({ min: 1, max: 160 }),
    moment: fc.constantFrom('before' as const, 'after' as const),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(death, { minLength: 1, maxLength: 6 }), async (deaths) => {
      const stage = new NightStage();
      const night = await live(stage, deaths);
      t.equal(night.status, 'passed', statuses(night));
      t.same(
        stage.pointers.map(({ action, compiled_id }) => [action, compiled_id]),
        [['promote', WINNER]],
      );
      t.equal(stage.looks, 1, 'the holdout was looked at once');
      t.equal(stage.canaries.size, 1);
      t.equal(stage.searches.size, 1, 'one search');
      t.same((await checkNight(night, async (id) => stage.has(id))).dangling, []);
      const asked = new Map<string, number>();
      for (const { exampleId, experiment } of stage.runs.values())
        asked.set(`${experiment} ${exampleId}`, (asked.get(`${experiment} ${exampleId}`) ?? 0) + 1);
      const twice = [...asked.values()].filter((times) => times > 1).length;
      t.ok(twice <= deaths.length, 'at most the prediction of a dead process is asked again');
    }),
    { numRuns: 60 },
  );
});

t.test('killed at every single write, a night ends as one that nobody killed', async (t) => {
  const whole = new NightStage();
  await live(whole, []);
  let killed = 0;
  for (let write = 1; write <= whole.writes; write++)
    for (const moment of ['before', 'after'] as const) {
      const stage = new NightStage();
      const night = await live(stage, [{ after: write, moment }]);
      const isSame =
        night.status === 'passed' && stage.pointers.length === 1 && stage.looks === 1 && stage.canaries.size === 1;
      if (!isSame) t.fail(`killed ${moment} write ${write}: ${statuses(night)}`);
      killed++;
    }
  t.ok(killed > 200, `${killed} kills`);
});
