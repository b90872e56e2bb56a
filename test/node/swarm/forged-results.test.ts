import t from 'tap';
import { forgeResults } from '../../support/forged-results.ts';

const SEED = 20_261_124;
/** The long form is test/torture/forged-results.test.ts. */
const FORGED = 1_500;

t.test('no copied, replayed, re-addressed, re-sealed, re-ordered or changed result is believed', async (t) => {
  const { forged, accepted, refused, byKind } = await forgeResults(SEED, FORGED);
  t.comment(`seed ${SEED}, ${forged} forged`);
  t.ok(forged >= FORGED);
  t.same(accepted, []);
  t.same(refused, [], 'and every genuine one is');
  t.ok(byKind.size >= 13, `${byKind.size} kinds were tried`);
});
