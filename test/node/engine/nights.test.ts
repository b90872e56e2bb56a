import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { newNight } from '../../../dse/overnight/night.ts';
import { Nights } from '../../../ledger/dse/nights.ts';
import { openEngine } from '../../../node/engine/engine.ts';
import type { Night } from '../../../protocol/dse/overnight.ts';
import { openArtifactHome } from '../../support/artifact-home.ts';
import { madeArtifact } from '../../support/made-artifacts.ts';
import { HELD_OUT_MARKER, nightRequest, openNightHome, SELECT } from '../../support/night-home.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { newKeys } from '../../support/swarm.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const never = new AbortController().signal;

t.test(
  'a night takes a signature from its examples to an artifact in force, by evidence that is all there',
  async (t) => {
    const { engine, notices } = await openNightHome(t);
    const started = await engine.nights.start(nightRequest(), never);
    t.equal(started.isResumed, false);
    const night = await started.finished;
    t.equal(night.status, 'passed', JSON.stringify(night.steps.map(({ step, note }) => [step, note])));
    t.same(await engine.nights.read(night.nightId), night);
    t.ok(notices.some((line) => line.startsWith(`night ${night.nightId}: gate done: promote`)));
    const active = (await engine.artifacts.active()).find(({ signatureId }) => signatureId === SELECT);
    t.equal(active?.compiled_id, night.promoted);
    const artifact = await engine.artifacts.read(night.promoted ?? '');
    const verified = night.steps.at(-1)?.probes ?? [];
    t.equal(verified.length, 3);
    for (const { madeBy } of verified) {
      const receipt = await engine.predictions.read(madeBy?.receiptId ?? '');
      t.equal(receipt.compiled_id, artifact.compiled_id);
      t.equal(receipt.hashes.params, artifact.hashes.params, 'predicted by exactly the promoted parameters');
    }
    const check = await engine.nights.check(night.nightId);
    t.same(check.dangling, []);
    t.ok(check.ids > 15);
    const runId = verified[0]?.runId ?? '';
    await engine.runs.delete(runId);
    const dangling = (await engine.nights.check(night.nightId)).dangling;
    t.same(
      dangling.map(({ kind }) => kind),
      ['run', 'receipt'],
      'what people delete is told',
    );
  },
);

t.test('held-out examples reach the gate and nothing else of a night', async (t) => {
  const { engine, home } = await openNightHome(t);
  const night = await (await engine.nights.start(nightRequest(), never)).finished;
  t.equal(night.status, 'passed');
  t.notMatch(JSON.stringify(night), HELD_OUT_MARKER);
  const runs = await engine.runs.list({ limit: 1_000 });
  t.ok(runs.length > 10);
  for (const run of runs) t.notMatch(JSON.stringify(run), HELD_OUT_MARKER);
  for (const { reportId } of await engine.compiles.list())
    t.notMatch(JSON.stringify(await engine.compiles.read(reportId)), HELD_OUT_MARKER);
  t.notMatch(JSON.stringify(await engine.artifacts.read(night.promoted ?? '')), HELD_OUT_MARKER);
  await engine.close();
  for (const file of await readdir(join(home, 'runs'), { recursive: true, withFileTypes: true }))
    if (file.isFile()) t.notMatch(await readFile(join(file.parentPath, file.name), 'utf8'), HELD_OUT_MARKER);
});

t.test('what cannot begin is refused, and nothing is written', async (t) => {
  const { engine } = await openNightHome(t);
  await t.rejects(engine.nights.start(nightRequest({ signatureId: 'no.such' }), never), { code: 'signature-unknown' });
  await t.rejects(engine.nights.start(nightRequest({ untilMs: 1 }), never), {
    code: 'night-refused',
    message: /its window is over/,
  });
  const made = madeArtifact({ repairsMax: 0 }, SELECT);
  await engine.artifacts.keep(made);
  const terms = { rolloutPct: 50, minSamples: 5, maxErrorRate: 0.5, alpha: 0.01, margin: 0.1, reason: 'by hand' };
  await engine.canaries.start({ signatureId: SELECT, canary_compiled_id: made.compiled_id, ...terms });
  await t.rejects(engine.nights.start(nightRequest(), never), {
    code: 'night-refused',
    message: /a canary of this signature runs/,
  });
  t.same(await engine.nights.list({ limit: 10 }), { nights: [], next_before: null });
  await engine.canaries.stop(SELECT, '');
  const stop = new AbortController();
  const { finished } = await engine.nights.start(nightRequest(), stop.signal);
  await t.rejects(engine.nights.start(nightRequest(), never), { code: 'night-refused', message: /goes on/ });
  stop.abort();
  await t.rejects(finished, { code: 'interrupted' });
});

t.test('a night that was stopped goes on as it was asked for, in another process too', async (t) => {
  const at = await openNightHome(t);
  const { engine } = at;
  const { nightId, finished } = await engine.nights.start(nightRequest(), never);
  t.equal(await engine.nights.stop(nightId), true);
  await t.rejects(finished, { code: 'interrupted' });
  await engine.nights.over(nightId);
  t.equal(await engine.nights.stop(nightId), false);
  t.match(await engine.nights.read(nightId), { status: 'running', endedAtMs: null });
  const closing = await engine.nights.start(nightRequest({ probes: 7 }), never);
  t.equal(closing.isResumed, true);
  await Promise.all([engine.close(), t.rejects(closing.finished, { code: 'interrupted' })]);
  const { engine: next } = await openArtifactHome(t, at.home);
  const again = await next.nights.start(nightRequest({ probes: 7 }), never);
  t.match(again, { nightId, isResumed: true });
  const night = await again.finished;
  t.equal(night.status, 'passed');
  t.equal(night.request.probes, 3);
  t.equal((await next.nights.list({ limit: 10 })).nights.length, 1);
});

t.test('a night that is found after its window is closed, and a new one begun', async (t) => {
  const { engine, ledger } = await openNightHome(t);
  const nights = new Nights(ledger.store!);
  const request = nightRequest({ untilMs: 2_000 });
  const dead: Night = newNight(request, { nightId: '01AAAAAAAAAAAAAAAAAAAAAAAA', nowMs: 1_000, gitSha: '' }, []);
  const open = { step: 'compile' as const, startedAtMs: 1_500, ids: [], costMsat: 7, probes: [], replayed: null };
  await nights.keep({ ...dead, open });
  const { isResumed, finished } = await engine.nights.start(nightRequest(), never);
  t.equal(isResumed, false);
  t.equal((await finished).status, 'passed');
  t.match(await engine.nights.read(dead.nightId), { status: 'nothing_to_promote', costMsat: 7, open: null });
});

t.test('where nothing is kept there are no nights', async (t) => {
  const { engine } = await openNightHome(t);
  await engine.close();
  const options = { clock: new VirtualClock(), random: seededRandom(1), environment: {}, notice: () => undefined };
  const memory = await openEngine({ home: '/nowhere', store: 'memory', identity: async () => newKeys(), ...options });
  t.teardown(() => memory.close());
  await t.rejects(memory.nights.start(nightRequest(), never), { code: 'request-invalid' });
  await t.rejects(memory.nights.list({ limit: 1 }), { code: 'request-invalid' });
  await t.rejects(memory.nights.check('0'), { code: 'request-invalid' });
});
