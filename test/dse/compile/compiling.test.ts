// Compiles end to end on a seeded model: better on examples that no search has seen, the same each time, never more than the budget,
// and after a kill not again what is known.
import t, { type Test } from 'tap';
import { modelBackend } from '../../../conductor/predict/model-backend.ts';
import { Prediction } from '../../../conductor/predict/predict.ts';
import { evaluationOf, meanReward, type Scored } from '../../../dse/compile/evaluate.ts';
import { conductorPredictor } from '../../../dse/compile/predictor.ts';
import { extractiveBackend } from '../../../node/backends/extractive.ts';
import { canonicalHash, canonicalJson } from '../../../protocol/canonical.ts';
import { artifactSchema } from '../../../protocol/dse/artifact.ts';
import { compileReportSchema, OPTIMIZERS } from '../../../protocol/dse/compile.ts';
import type { PredictParams } from '../../../protocol/predict-params.ts';
import { mcnemar } from '../../../protocol/significance.ts';
import { compileStage, NEVER, SELECT } from '../../support/compile-stage.ts';
import { FixtureModel, fixtureDataset } from '../../support/fixture-model.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { openTestLedger } from '../../support/test-ledger.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

async function stage(t: Test, options: Partial<Parameters<typeof compileStage>[0]> = {}) {
  const { store } = await openTestLedger(t);
  return { store, ...compileStage({ store, ...options }) };
}

/** Rewards on the held-out examples, by parameters, as a gate measures them. */
async function heldOut(params: PredictParams, seed = 1): Promise<Scored[]> {
  const backend = modelBackend(new FixtureModel(seed), { name: 'openai:fixture' });
  const predictor = conductorPredictor({ clock: new VirtualClock(), random: seededRandom(1), backend });
  const job = { signatureId: SELECT, reward: 'exact_json', judgeHash: null, seed: 0 } as never;
  const evaluation = evaluationOf(job, { predictor, by: 'test' });
  const examples = fixtureDataset().filter(({ split }) => split === 'holdout');
  return Promise.all(examples.map((example) => evaluation.of(params, example, NEVER)));
}

for (const optimizer of OPTIMIZERS)
  t.test(`${optimizer} finds parameters that are better on held-out examples`, async (t) => {
    const { run, artifacts, model } = await stage(t);
    const space = { blocks: [null, { rules: ['Go through what is given part by part.'] }], repairsMax: [0, 1, 2] };
    const report = await run({ optimizer, maxCalls: 3_000, ...(optimizer === 'exhaustive' ? { space } : {}) });
    compileReportSchema.parse(report);
    t.equal(report.status, 'done', JSON.stringify(report.error));
    const artifact = await artifacts.read(report.chosen!.compiled_id);
    const [before, after] = [await heldOut(report.job.base), await heldOut(artifact.params)];
    const delta = meanReward(after) - meanReward(before);
    const onlyAfter = after.filter(({ reward }, at) => reward > before[at]!.reward).length;
    const onlyBefore = after.filter(({ reward }, at) => reward < before[at]!.reward).length;
    const p = mcnemar(onlyBefore, onlyAfter);
    t.comment(
      `${optimizer}: held-out ${meanReward(before).toFixed(2)} -> ${meanReward(after).toFixed(2)}, p ${p.toExponential(1)}, ${report.candidates.length} candidates, ${report.calls} calls`,
    );
    if (optimizer === 'exhaustive') t.equal(report.candidates.length, 6);
    else {
      t.ok(delta >= 0.15, `+${delta}`);
      t.ok(p < 0.01, `p ${p}`);
      t.ok(report.candidates.length >= 20, `${report.candidates.length} candidates`);
    }
    t.ok(delta > 0);
    t.equal(report.calls, model.calls, 'what is told is what was asked');
    t.ok(report.calls <= 3_000);
    t.equal(report.cacheHits, 0);
    t.ok(
      report.candidates.some(
        ({ isOnFrontier, paramsHash }) => isOnFrontier && paramsHash === report.chosen!.paramsHash,
      ),
    );
  });

t.test(
  'the same job on the same examples makes the same artifact, in another store, and is not made twice',
  async (t) => {
    const first = await stage(t);
    const second = await stage(t);
    const request = { maxCalls: 1_500, seed: 7 };
    const [one, other] = [await first.run(request), await second.run(request)];
    t.equal(one.reportId, other.reportId);
    const stored = async ({ artifacts }: typeof first) => canonicalJson(await artifacts.read(one.chosen!.compiled_id));
    t.equal(await stored(first), await stored(second));
    const { calls } = first.model;
    t.same(await first.run(request), one, 'told again');
    t.equal(first.model.calls, calls, 'and nothing asked');
    const another = await first.run({ ...request, seed: 8 });
    t.not(another.reportId, one.reportId);
    t.same((await first.compiling.list()).length, 2);
  },
);

t.test('what the runtime loads is exactly what was chosen', async (t) => {
  const { run, artifacts } = await stage(t);
  const report = await run({ maxCalls: 1_500 });
  const chosen = report.candidates.find(({ paramsHash }) => paramsHash === report.chosen?.paramsHash);
  const artifact = await artifacts.read(report.chosen!.compiled_id);
  const { compiled_id, ...body } = artifactSchema.parse(JSON.parse(JSON.stringify(artifact)));
  t.equal(compiled_id, canonicalHash(body));
  t.same(artifact.params, chosen?.params);
  t.equal(artifact.hashes.params, chosen?.paramsHash);
  const ports = {
    clock: new VirtualClock(),
    random: seededRandom(1),
    backend: modelBackend(new FixtureModel(1), { name: 'openai:fixture' }),
    artifacts: { active: () => ({ compiledId: compiled_id, params: artifact.params }) },
  };
  const input = fixtureDataset()[0]!.inputJson;
  const trace = { runId: 'r', emit: async () => undefined, keepBlob: () => undefined };
  const { receipt } = await new Prediction(ports, { signatureId: SELECT, input }).run(trace, NEVER);
  t.match(receipt, { compiled_id, hashes: artifact.hashes });
});

t.test('a compile that dies anywhere goes on from there: the same artifact, and nothing asked twice', async (t) => {
  const whole = await stage(t);
  const request = { maxCalls: 1_200, optimizer: 'bootstrap' } as const;
  const expected = await whole.run(request);
  for (const diesAt of [1, 30, 61, 400, 900]) {
    const { store } = await openTestLedger(t);
    const dying = compileStage({ store });
    // A kill: what was asked last has no answer, and nothing runs any more.
    const dead = new Promise<never>(() => {});
    dying.model.complete = (
      (complete) => (asked: Parameters<typeof complete>[0]) =>
        dying.model.calls >= diesAt ? dead : complete.call(dying.model, asked)
    )(dying.model.complete);
    void dying.run(request);
    while (dying.model.calls < diesAt) await new Promise(setImmediate);
    await new Promise(setImmediate);
    const after = compileStage({ store });
    const report = await after.run({ resume: diesAt > 1, ...(diesAt > 1 ? {} : request) });
    t.equal(report.chosen?.compiled_id, expected.chosen?.compiled_id, `killed after ${diesAt} calls`);
    const extra = dying.model.calls + after.model.calls - expected.calls;
    t.ok(extra <= 0.05 * expected.calls, `${extra} extra of ${expected.calls}`);
    t.same({ ...report, startedAtMs: 0, endedAtMs: 0 }, { ...expected, startedAtMs: 0, endedAtMs: 0 });
  }
});

t.test('one that is stopped, or whose time is over, says so and can be gone on with', async (t) => {
  const { run, compiling, model, clock } = await stage(t);
  model.onCall = () => {
    if (model.calls === 100) void compiling.stop(reportId);
  };
  const { reportId } = await compiling.plan({ signatureId: SELECT });
  t.match(await run(), { status: 'stopped', chosen: null, error: { code: 'compile-stopped' } });
  model.onCall = () => clock.advance(1_000);
  t.match(await run({ resume: true }), { status: 'done' });
  const timed = { maxTimeMs: 100_000, seed: 2 };
  t.match(await run(timed), { status: 'stopped', error: { message: /time/ } });
  t.match((await compiling.list())[0], { status: 'stopped', job: { seed: 2 } });
});

t.test('an endpoint that fails is no fault of the parameters: the compile fails, and goes on later', async (t) => {
  const { run, model } = await stage(t);
  const { PredictionFailed } = await import('../../../conductor/ports.ts');
  const { PylonError } = await import('../../../protocol/errors.ts');
  model.onCall = () => {
    if (model.calls >= 200)
      throw new PredictionFailed(
        new PylonError('backend-unavailable'),
        { calls: 1, input_tokens: 0, output_tokens: 0 },
        0,
      );
  };
  t.match(await run(), { status: 'failed', error: { code: 'backend-unavailable' } });
  model.onCall = () => undefined;
  const report = await run();
  t.equal(report.status, 'done');
  t.ok(report.candidates.every(({ errors }) => errors === 0));
});

t.test('what cannot be searched is refused, and nothing is asked or written', async (t) => {
  const { run, compiling, model } = await stage(t);
  const refusals: [request: Parameters<typeof run>[0], code: string, reason?: RegExp][] = [
    [{ signatureId: '@x/Y.v1' }, 'signature-unknown'],
    [{ signatureId: '@pylon/rlm/Verifier.v1' }, 'compile-unready', /no approved examples/],
    [{ maxCalls: 119 }, 'compile-unaffordable', /0 proposals are affordable: each takes 60 calls/],
    [{ optimizer: 'exhaustive' }, 'compile-unready', /combinations/],
    [{ space: { colour: [1] } }, 'compile-space-invalid'],
    [{ space: { decode: ['loose'] } }, 'compile-space-invalid'],
    [{ space: { fewShot: [['case-2000']] } }, 'compile-space-invalid', /no approved training example/],
    [{ space: { fewShot: [['case-1000']] } }, 'compile-space-invalid'],
    [{ reward: 'judge' }, 'judge-unknown'],
    [{ reward: 'judge', judgeHash: 'a'.repeat(64) }, 'judge-unknown'],
    [{ resume: true }, 'compile-unknown'],
  ];
  for (const [request, code, reason] of refusals) {
    await t.rejects(run(request), { code, ...(reason === undefined ? {} : { reason }) }, JSON.stringify(request));
    await t.rejects(compiling.plan({ signatureId: SELECT, ...request }), { code });
  }
  t.equal(model.calls, 0);
  t.same(await compiling.list(), []);
});

t.test('without a model sets of examples are searched, and what needs one is refused', async (t) => {
  const { run, compiles } = await stage(t, { backend: extractiveBackend() });
  const report = await run();
  t.match(report, { status: 'done', job: { model: 'extractive', optimizer: 'halving' }, cacheHits: 0 });
  t.ok(report.candidates.length >= 20);
  t.ok(report.candidates.slice(1).every(({ params, errors }) => params.fewShot !== undefined && errors === 0));
  const other = await stage(t, { backend: extractiveBackend() });
  t.equal((await other.run()).chosen?.compiled_id, report.chosen?.compiled_id);
  await t.rejects(run({ optimizer: 'reflective' }), { code: 'compile-unready', reason: /language model/ });
  t.equal((await compiles.heads()).length, 1);
});

t.test('the plan tells how many proposals are affordable', async (t) => {
  const { compiling } = await stage(t);
  t.match(await compiling.plan({ signatureId: SELECT, maxCalls: 1_200 }), {
    proposalsAffordable: 19,
    examples: { train: 120, dev: 60 },
    job: { optimizer: 'halving', model: 'openai:fixture' },
  });
});

t.test('held-out examples reach no optimiser, no prompt and no report', async (t) => {
  const marked = fixtureDataset().map((example) =>
    example.split === 'holdout'
      ? {
          ...example,
          exampleId: `PLANTED-${example.exampleId}`,
          inputJson: { ...(example.inputJson as object), query: 'PLANTED' },
        }
      : example,
  );
  for (const optimizer of ['halving', 'bootstrap', 'reflective'] as const) {
    const { run, model, artifacts } = await stage(t, { examples: marked as ReturnType<typeof fixtureDataset> });
    const report = await run({ optimizer, maxCalls: 1_500 });
    t.equal(report.status, 'done');
    t.notOk(model.shown.some((text) => text.includes('PLANTED')));
    t.notMatch(JSON.stringify(report), 'PLANTED');
    t.notMatch(JSON.stringify(await artifacts.list()), 'PLANTED');
  }
});
