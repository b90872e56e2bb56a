// Compiles in the store: what is kept is read back the same, by a prefix, the latest first; an end is one batch with what it came to.
import t from 'tap';
import { catalogueEntry } from '../../../conductor/signatures/catalogue.ts';
import { Compiles } from '../../../ledger/dse/compiles.ts';
import { put, type Store } from '../../../ledger/store/store.ts';
import { encodeValue } from '../../../ledger/store/values.ts';
import type { CompileReport } from '../../../protocol/dse/compile.ts';
import { SELECT } from '../../support/compile-stage.ts';
import { openTestLedger } from '../../support/test-ledger.ts';

function report(reportId: string, changes: Partial<CompileReport> = {}): CompileReport {
  const hash = 'a'.repeat(64);
  const base = catalogueEntry(SELECT)!.defaults;
  return {
    reportId,
    jobHash: hash,
    datasetHash: hash,
    job: {
      signatureId: SELECT,
      base,
      space: { decode: [null, 'strict_json'] },
      optimizer: 'halving',
      reward: 'exact_json',
      judgeHash: null,
      model: 'openai:x',
      seed: 0,
      budget: { maxCalls: 10, maxMsat: 0, maxTimeMs: 1 },
    },
    status: 'running',
    startedAtMs: 1,
    endedAtMs: null,
    candidates: [
      {
        paramsHash: hash,
        params: { ...base, fewShot: [{ exampleId: 'e', input: { a: [1, null] }, output: 'x' }] },
        origin: { how: 'drawn', parent: null },
        scores: { e1: 0.5 },
        devScore: null,
        usage: { calls: 1, input_tokens: 2, output_tokens: 3 },
        costMsat: 0,
        latencyMs: 1.5,
        errors: 0,
        isOnFrontier: false,
      },
    ],
    proposalsAffordable: 3,
    calls: 1,
    cacheHits: 0,
    spentMsat: 0,
    chosen: null,
    error: null,
    ...changes,
  };
}

t.test('a report is read back as it was kept, by any unique beginning of its id', async (t) => {
  const { store } = await openTestLedger(t);
  const compiles = new Compiles(store);
  const [one, other] = [report('ab12-1'), report('ab34-1', { startedAtMs: 2 })];
  await compiles.keep(one);
  await compiles.keep(other);
  t.same(await compiles.read('ab1'), one);
  t.same(await compiles.read('ab34-1'), other);
  t.same(await compiles.find('ab12-1'), one);
  t.equal(await compiles.find('ab'), undefined);
  for (const prefix of ['', 'b', 'ab12-12']) await t.rejects(compiles.read(prefix), { code: 'compile-unknown' });
  await t.rejects(compiles.read('ab'), {
    code: 'compile-unknown',
    reason: /several compiles begin with this: ab12-1, ab34-1/,
  });
  const heads = await compiles.heads();
  t.same(
    heads.map(({ reportId, tried }) => [reportId, tried]),
    [
      ['ab34-1', 1],
      ['ab12-1', 1],
    ],
  );
  t.notOk('candidates' in heads[0]!);
});

t.test('an end is one synced batch with what it came to', async (t) => {
  const { store } = await openTestLedger(t);
  const written: [keys: string[], sync: boolean][] = [];
  const watched = Object.assign(Object.create(store) as Store, {
    write: async (rows: Parameters<Store['write']>[0], options: { sync: boolean }) => {
      written.push([rows.map(({ key }) => key), options.sync]);
    },
  });
  const compiles = new Compiles(watched);
  await compiles.keep(report('x'));
  await compiles.keep(report('x', { status: 'done' }), [put('da!1', encodeValue(1))], true);
  t.same(written, [
    [['dc!h!x', 'dc!b!x'], false],
    [['dc!h!x', 'dc!b!x', 'da!1'], true],
  ]);
});

t.test('trials and judges are kept under their hashes', async (t) => {
  const { store } = await openTestLedger(t);
  const compiles = new Compiles(store);
  const trial = { trial: { output: { a: [1, null, 'x'] }, error: null }, by: 'x' };
  t.equal(await compiles.trial('h'), undefined);
  await compiles.keepTrial('h', trial);
  t.same(await compiles.trial('h'), trial);
  await t.rejects(compiles.judge('j'), { code: 'judge-unknown', value: 'j' });
});
