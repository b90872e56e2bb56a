import t, { type Test } from 'tap';
import { SELECT_STRATEGY } from '../../../protocol/select-strategy.ts';
import { openArtifactHome } from '../../support/artifact-home.ts';
import { strategyExamples } from '../../support/strategy-examples.ts';

const { signatureId } = SELECT_STRATEGY;
const NEVER = new AbortController().signal;
const EXAMPLES = strategyExamples(150, (number) => (number < 50 ? 'train' : number < 80 ? 'dev' : 'holdout'));

/** A real engine with examples and what a compile chose by them. */
async function stage(t: Test) {
  const at = await openArtifactHome(t);
  await at.engine.examples.keep(EXAMPLES);
  const { finished } = await at.engine.compiles.start({ signatureId, backend: 'extractive', maxCalls: 400 }, NEVER);
  const compiled_id = (await finished).chosen?.compiled_id ?? '';
  const inForce = async () =>
    (await at.engine.artifacts.active()).find((one) => one.signatureId === signatureId)?.compiled_id;
  return { ...at, compiled_id, inForce };
}

t.test('who asks the same while it is measured waits for the same', async (t) => {
  const { engine, compiled_id, inForce } = await stage(t);
  const ask = () => engine.promotions.promote({ compiled_id }, NEVER);
  const [one, other] = await Promise.all([ask(), ask()]);
  t.equal(one, other);
  t.equal((await engine.promotions.list({ limit: 10 })).promotions.length, 1);
  t.equal(await inForce(), compiled_id);
});

t.test('what came into force is so after a restart, with its evidence', async (t) => {
  const { home, engine, compiled_id } = await stage(t);
  const promotion = await engine.promotions.promote({ compiled_id }, NEVER);
  await engine.close();
  const again = await openArtifactHome(t, home);
  t.same(await again.engine.promotions.read(promotion.promotionId), promotion);
  const [change] = await again.engine.artifacts.history(signatureId);
  t.match(change, { compiled_id, promotionId: promotion.promotionId });
});

t.test('a process that ends decides nothing', async (t) => {
  const { home, engine, compiled_id } = await stage(t);
  const asked = engine.promotions.promote({ compiled_id }, NEVER);
  const refused = t.rejects(asked, { code: 'interrupted' });
  await engine.close();
  await refused;
  const again = await openArtifactHome(t, home);
  t.same((await again.engine.promotions.list({ limit: 10 })).promotions, []);
  t.same(await again.engine.artifacts.history(signatureId), []);
});

t.test('a promotion ends the canary of its signature, in its own write', async (t) => {
  const { engine, compiled_id } = await stage(t);
  const plan = { rolloutPct: 10, minSamples: 5, maxErrorRate: 0.3, alpha: 0.01, margin: 0.05, reason: '' };
  const canary = await engine.canaries.start({ signatureId, canary_compiled_id: compiled_id, ...plan });
  await engine.promotions.promote({ compiled_id }, NEVER);
  t.match((await engine.canaries.history(canary.canaryId)).canary, { status: 'stopped', reason: /promoted/ });
});
