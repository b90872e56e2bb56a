import t from 'tap';
import { sha256Hex } from '../../protocol/event.ts';
import { keysOf, openTestLedger, recordRun } from '../support/test-ledger.ts';
import { outputOf, runIdOf, traceOf } from '../support/traces.ts';

t.test('the history lists the newest first, page after page', async (t) => {
  const ledger = await openTestLedger(t);
  const ids: string[] = [];
  for (let number = 1; number <= 25; number++) ids.unshift(await recordRun(ledger, number));
  const seen: string[] = [];
  for (;;) {
    const before = seen.at(-1);
    const page = await ledger.runs.list({ limit: 10, ...(before === undefined ? {} : { before }) });
    if (page.length === 0) break;
    seen.push(...page.map(({ id }) => id));
  }
  t.same(seen, ids);
  t.same(await ledger.runs.list({ limit: 0 }), []);
  t.equal((await ledger.runs.list({ limit: 1_000 })).length, 25);
});

t.test('runs are found by status and by experiment, whatever characters its name has', async (t) => {
  const ledger = await openTestLedger(t);
  const names = ['a', 'a!', 'a!b', 'a%21', 'ä ö', '~', ''];
  for (const [index, experiment] of names.entries())
    await recordRun(ledger, index + 1, { experiment, ends: index % 2 === 0 ? 'RunDone' : 'RunFailed' });
  await recordRun(ledger, 90);
  for (const [index, experiment] of names.entries()) {
    const found = await ledger.runs.list({ limit: 10, experiment });
    t.same(
      found.map(({ id }) => id),
      [runIdOf(index + 1)],
      `experiment ${JSON.stringify(experiment)}`,
    );
  }
  t.equal((await ledger.runs.list({ limit: 10, status: 'failed' })).length, 3);
  t.equal((await ledger.runs.list({ limit: 10, status: 'done' })).length, 5);
  t.equal((await ledger.runs.list({ limit: 10, status: 'done', experiment: 'a!' })).length, 0);
  t.equal((await ledger.runs.list({ limit: 10, status: 'failed', experiment: 'a!' })).length, 1);
  t.same(await ledger.runs.list({ limit: 10, status: 'running' }), []);
});

t.test('a run going on is listed with the state it has now, and under one status only', async (t) => {
  const ledger = await openTestLedger(t);
  const trace = traceOf({ queries: 3 });
  await ledger.journal.commit(trace.slice(0, 11));
  const [going] = await ledger.runs.list({ limit: 5, status: 'running' });
  t.match(going, { id: runIdOf(1), status: 'running', metrics: { sub_queries: 2, cost_msat: 52 } });
  await ledger.journal.commit(trace.slice(11));
  t.same(await ledger.runs.list({ limit: 5, status: 'running' }), []);
  t.equal((await ledger.runs.list({ limit: 5, status: 'done' })).length, 1);
  t.same(
    (await keysOf(ledger)).filter((key) => key.startsWith('x!st!')),
    [`x!st!done!${runIdOf(1)}`],
  );
});

t.test('an id can be shortened to a unique prefix in any letter case', async (t) => {
  const ledger = await openTestLedger(t);
  const ids: string[] = [];
  for (let number = 1; number <= 8; number++) ids.push(await recordRun(ledger, number));
  for (const id of ids) t.equal(await ledger.runs.resolve(id.toLowerCase()), id);
  t.equal(await ledger.runs.resolve(ids[3]!.slice(0, 11)), ids[3]);
  const common = ids[0]!.slice(0, 8);
  await t.rejects(ledger.runs.resolve(common), {
    code: 'run-ambiguous',
    message: new RegExp(`${ids[7]}.*${ids[3]}, …`),
  });
  for (const prefix of ['', 'ZZZZ', runIdOf(9), '01!', 'x~', `${ids[0]}0`, '../..', '🐘'])
    await t.rejects(ledger.runs.resolve(prefix), { code: 'run-unknown', value: prefix }, `prefix ${prefix}`);
});

t.test(
  'where the inputs of a run are is known as long as the run is, and only its own payloads are given',
  async (t) => {
    const ledger = await openTestLedger(t);
    ledger.journal.keepInputs(runIdOf(1), ['/in/a.log', '/in/b.log']);
    const [first, second] = [await recordRun(ledger, 1), await recordRun(ledger, 2, { queries: 1 })];
    t.same(await ledger.runs.inputs(first), ['/in/a.log', '/in/b.log'], 'also when the run is over');
    t.equal(await ledger.runs.inputs(second), undefined);
    const [shared, own] = [sha256Hex(outputOf(0)), sha256Hex(outputOf(1))];
    t.same(await ledger.runs.payload(first, own), Buffer.from(outputOf(1)));
    t.same(await ledger.runs.payload(second, shared), Buffer.from(outputOf(0)));
    t.equal(await ledger.runs.payload(second, own), undefined, 'another run names it, this one does not');
    await ledger.delete(first);
    t.equal(await ledger.runs.inputs(first), undefined);
    t.equal(await ledger.runs.payload(first, shared), undefined);
  },
);
