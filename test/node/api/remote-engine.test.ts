import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { RemoteEngine } from '../../../node/api/remote-engine.ts';
import { realClock } from '../../../node/clock.ts';
import { realRandom } from '../../../node/random.ts';
import { runOptionsSchema } from '../../../node/settings/run-options.ts';
import { PylonError } from '../../../protocol/errors.ts';
import type { TraceEvent } from '../../../protocol/trace.ts';
import { temporaryFolder } from '../../support/cli.ts';
import type { FakeEngineScript } from '../../support/fake-engine.ts';
import { serve, TOKEN } from './support.ts';

async function scene(
  t: Parameters<typeof serve>[0] & Parameters<typeof temporaryFolder>[0],
  script: FakeEngineScript = {},
  buffer?: number,
) {
  const { api, engine } = await serve(t, script, buffer);
  const file = join(temporaryFolder(t), 'a.log');
  writeFileSync(file, 'first\nsecond\n');
  const address = { port: api.port, token: TOKEN };
  const remote = new RemoteEngine({ address, health: engine.health(), clock: realClock(), random: realRandom() });
  t.teardown(() => remote.close());
  const request = {
    query: 'Why?',
    files: [file],
    displayNames: { [file]: 'a.log' },
    options: runOptionsSchema.parse({}),
  };
  return { remote, engine, request, api };
}

t.test('a run over the API gives the same record and the same events as in the daemon itself', async (t) => {
  const { remote, engine, request } = await scene(t, { repeat: 300 });
  const { runId, finished } = await remote.start(request, new AbortController().signal);
  const seen: TraceEvent[] = [];
  const done = new Promise<void>((resolve) => {
    remote.subscribe(runId, 0, (event) => {
      seen.push(event);
      if (event.type === 'RunDone') resolve();
    });
  });
  const record = await finished;
  await done;
  t.same(record, await engine.runs.get(runId));
  const own: TraceEvent[] = [];
  for await (const event of engine.runs.events(runId, 0)) own.push(event);
  t.same(seen, own);
  const paged: TraceEvent[] = [];
  for await (const event of remote.runs.events(runId, 0)) paged.push(event);
  t.same(paged, own);
});

t.test('cut off as too slow, a follower comes back and misses nothing', async (t) => {
  const { remote, request } = await scene(t, { repeat: 5_000 }, 1);
  const { runId, finished } = await remote.start(request, new AbortController().signal);
  const seqs: number[] = [];
  const done = new Promise<void>((resolve) => {
    remote.subscribe(runId, 0, (event) => {
      seqs.push(event.seq);
      if (event.type === 'RunDone') resolve();
    });
  });
  await finished;
  await done;
  t.same(
    seqs,
    seqs.map((_, index) => index),
  );
});

t.test('aborting cancels the run in the daemon', async (t) => {
  const { remote, request } = await scene(t, { hold: new Promise(() => undefined) });
  const controller = new AbortController();
  const { finished } = await remote.start(request, controller.signal);
  controller.abort(new PylonError('interrupted'));
  t.match(await finished, { status: 'partial', error: { code: 'interrupted' } });
  const again = await remote.resume((await finished).id, new AbortController().signal);
  t.match(await again.finished, { id: (await finished).id, status: 'done', error: null }, 'and resumed');
});

t.test('errors arrive with their code, value and next step', async (t) => {
  const { remote, request } = await scene(t);
  await t.rejects(remote.start({ ...request, files: ['/nope'] }, new AbortController().signal), {
    code: 'input-missing',
    value: '/nope',
  });
  await t.rejects(remote.runs.resolve('ZZZ'), { code: 'run-unknown', value: 'ZZZ' });
  t.equal(await remote.runs.get('01ARZ3NDEKTSV4RRFFQ69G5FAV'), undefined);
  await t.rejects(remote.runs.import('/elsewhere'), { code: 'run-folder-invalid' });
});

t.test('a daemon that is gone is told as such', async (t) => {
  const { remote, request, api } = await scene(t);
  await api.close();
  await t.rejects(remote.start(request, new AbortController().signal), { code: 'daemon-unreachable' });
  await t.rejects(remote.runs.list({ limit: 1 }), { code: 'daemon-unreachable' });
});
