// Done-line 5 in small; test/torture/relay-cuts.ts runs it at full size.
import t from 'tap';
import { runThroughCuts } from '../../support/relay-cuts.ts';

t.test('a relay that is cut ten times during 200 jobs costs no job, and none is done twice', async (t) => {
  const seed = 20_251_121;
  t.comment(`seed ${seed}`);
  const outcome = await runThroughCuts({ jobs: 200, cuts: 10, seed });
  t.same(outcome, { answered: 200, lost: [], executedTwice: 0, executed: 200, cuts: 10 });
});
