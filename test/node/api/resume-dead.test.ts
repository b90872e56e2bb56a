import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { ActiveRuns } from '../../../node/api/active-runs.ts';
import { resumeDeadRuns } from '../../../node/api/resume-dead.ts';
import { runOptionsSchema } from '../../../node/settings/run-options.ts';
import { PylonError } from '../../../protocol/errors.ts';
import { temporaryFolder } from '../../support/cli.ts';
import { FakeEngine } from '../../support/fake-engine.ts';

const DAY_MS = 86_400_000;

/** An engine whose runs have all been interrupted. */
async function interrupted(t: Test, runs: number) {
  const engine = new FakeEngine({ hold: new Promise(() => undefined) });
  const logged: string[] = [];
  const active = new ActiveRuns(engine, (line) => logged.push(line));
  const file = join(temporaryFolder(t), 'a.log');
  writeFileSync(file, 'first\n');
  const ids: string[] = [];
  for (let run = 0; run < runs; run++) {
    const controller = new AbortController();
    controller.abort(new PylonError('interrupted'));
    const request = { query: 'Why?', files: [file], options: runOptionsSchema.parse({}) };
    const { runId, finished } = await engine.start(request, controller.signal);
    ids.push(runId);
    await finished;
  }
  const created = Date.parse((await engine.runs.get(ids[0]!))!.created_at);
  const clock = { now: () => created + DAY_MS / 2, after: () => () => undefined };
  const statuses = async () => Promise.all(ids.map(async (id) => (await engine.runs.get(id))?.status));
  return { engine, active, clock, ids, logged, log: (line: string) => void logged.push(line), statuses };
}

t.test('runs whose process died go on, the oldest first, two at a time', async (t) => {
  const s = await interrupted(t, 5);
  s.engine.dead = s.ids.map((runId) => ({ runId, deaths: 1 }));
  let [working, most] = [0, 0];
  const begun: string[] = [];
  const resume = s.engine.resume.bind(s.engine);
  s.engine.resume = async (runId, signal) => {
    begun.push(runId);
    most = Math.max(most, ++working);
    const started = await resume(runId, signal);
    return { ...started, finished: started.finished.finally(() => working--) };
  };
  await resumeDeadRuns(s);
  t.same(begun, s.ids);
  t.equal(most, 2);
  t.same(await s.statuses(), Array(5).fill('done'));
});

t.test(
  'one that took three processes with it, or is of the day before, is left alone and does not stop the others',
  async (t) => {
    const s = await interrupted(t, 4);
    const [loop, broken, fine, old] = s.ids as [string, string, string, string];
    s.engine.dead = [loop, broken, fine].map((runId) => ({ runId, deaths: runId === loop ? 3 : 2 }));
    s.engine.dead.push({ runId: '01ARZ3NDEKTSV4RRFFQ69G5FAV', deaths: 1 });
    const resume = s.engine.resume.bind(s.engine);
    s.engine.resume = (runId, signal) => (runId === broken ? resume('unknown', signal) : resume(runId, signal));
    await resumeDeadRuns(s);
    t.same(await s.statuses(), ['partial', 'partial', 'done', 'partial']);
    t.match(s.logged.join('\n'), new RegExp(`${loop}: 3 processes ended[^]*${broken}: cannot go on: `));
    s.engine.dead = [{ runId: old, deaths: 1 }];
    await resumeDeadRuns({ ...s, clock: { ...s.clock, now: () => s.clock.now() + DAY_MS } });
    t.equal((await s.statuses())[3], 'partial');
  },
);

t.test('a daemon that ends begins none, and ends those it has begun', async (t) => {
  const s = await interrupted(t, 2);
  s.engine.dead = s.ids.map((runId) => ({ runId, deaths: 1 }));
  await s.active.close();
  await resumeDeadRuns(s);
  t.same(await s.statuses(), ['partial', 'partial']);
});
