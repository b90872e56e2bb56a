// What every keeper of job records promises, and what only the one on disk can.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import t, { type Test } from 'tap';
import { type JobRecords, MemoryJobRecords } from '../../../node/swarm/job-records.ts';
import { LevelJobRecords } from '../../../node/swarm/level-job-records.ts';
import { newKeys } from '../../support/swarm.ts';

const keys = newKeys();
let made = 0;

function event(content: string) {
  made += 1;
  return keys.sign({ kind: 1, created_at: made, tags: [], content });
}

async function folder(t: Test): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'pylon-records-'));
  t.teardown(() => rm(path, { recursive: true, force: true }));
  return path;
}

const KEEPERS: Record<string, (t: Test) => Promise<JobRecords>> = {
  memory: async () => new MemoryJobRecords(),
  level: async (t) => LevelJobRecords.open(await folder(t)),
};

for (const [name, open] of Object.entries(KEEPERS)) {
  t.test(`${name}: a job is known from the moment it is accepted, until it is void`, async (t) => {
    const records = await open(t);
    t.teardown(() => records.close());
    const [request, answer] = [event('request'), event('answer')];
    t.equal(records.state(request.id), undefined);
    records.accept(request, 100);
    t.equal(records.state(request.id), 'accepted');
    const kept = records.answer(request.id, answer, 100);
    t.equal(records.state(request.id), 'answered');
    await kept;
    t.same(await records.answerOf(request.id), answer);
    t.equal(records.size, 1);
    records.prune(99);
    t.equal(records.size, 1);
    records.prune(100);
    t.same([records.size, records.state(request.id), await records.answerOf(request.id)], [0, undefined, undefined]);
  });

  t.test(`${name}: a cancelled job is remembered and has no answer`, async (t) => {
    const records = await open(t);
    t.teardown(() => records.close());
    const request = event('request');
    records.accept(request, 100);
    await records.answer(request.id, undefined, 100);
    t.equal(records.state(request.id), 'answered');
    t.equal(await records.answerOf(request.id), undefined);
  });
}

t.test('a restart finds what was accepted and not answered, and answers that no relay has', async (t) => {
  const path = await folder(t);
  const before = await LevelJobRecords.open(path);
  const [unfinished, answered, published, cancelled] = [event('1'), event('2'), event('3'), event('4')];
  const [answer, other] = [event('answer'), event('other')];
  for (const request of [unfinished, answered, published, cancelled]) before.accept(request, 100);
  await before.answer(answered.id, answer, 100);
  await before.answer(published.id, other, 100);
  before.published(published.id);
  await before.answer(cancelled.id, undefined, 100);
  await before.close();
  const after = await LevelJobRecords.open(path);
  t.teardown(() => after.close());
  t.same(await after.left(), { requests: [unfinished], answers: [answer] });
  const states = [unfinished, answered, published, cancelled].map(({ id }) => after.state(id));
  t.same(states, ['accepted', 'answered', 'answered', 'answered']);
  t.same(await after.answerOf(published.id), other);
});

t.test('many jobs at once are all on disk when their answers resolve', async (t) => {
  const path = await folder(t);
  const records = await LevelJobRecords.open(path);
  const requests = Array.from({ length: 50 }, (_, index) => event(`request ${index}`));
  await Promise.all(
    requests.map(async (request, index) => {
      if (index % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
      records.accept(request, 100);
      await records.answer(request.id, event('answer'), 100);
    }),
  );
  await records.close();
  const database = new Level<string, string>(path);
  t.teardown(() => database.close());
  t.equal((await database.keys({ gt: 'a!', lt: 'a!~' }).all()).length, 50);
  t.equal((await database.keys({ gt: 'q!', lt: 'q!~' }).all()).length, 0, 'an answered job needs no request');
});

t.test('rows that are damaged are told and left out, and never run or published', async (t) => {
  const path = await folder(t);
  const database = new Level<string, string>(path);
  const forged = { ...event('forged'), content: 'changed' };
  await database.batch([
    { type: 'put', key: `q!${'a'.repeat(64)}`, value: 'nonsense' },
    { type: 'put', key: `q!${'b'.repeat(64)}`, value: '100 {"half' },
    { type: 'put', key: `q!${forged.id}`, value: `100 ${JSON.stringify(forged)}` },
  ]);
  await database.close();
  const lines: string[] = [];
  const records = await LevelJobRecords.open(path, (line) => lines.push(line));
  t.teardown(() => records.close());
  t.same(await records.left(), { requests: [], answers: [] });
  t.equal(records.size, 2, 'what has a time is remembered until then');
  t.equal(lines.length, 2);
});

t.test('records that another provider holds cannot be opened', async (t) => {
  const path = await folder(t);
  const records = await LevelJobRecords.open(path);
  t.teardown(() => records.close());
  await t.rejects(LevelJobRecords.open(path), { code: 'store-locked', value: path });
});

t.test('records that cannot be written say so', async (t) => {
  const path = await folder(t);
  const records = await LevelJobRecords.open(path);
  await records.close();
  await t.rejects(records.answer('a'.repeat(64), event('answer'), 100), { code: 'store-failed' });
  await t.rejects(LevelJobRecords.open('/dev/null/records'), { code: 'home-unwritable' });
});
