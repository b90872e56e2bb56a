import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { exampleLine } from '../../../../dse/examples/jsonl.ts';
import { remoteExamples } from '../../../../node/api/remote/examples.ts';
import { exampleDesk, examplesIn } from '../../../../node/engine/examples.ts';
import { FakeEngine } from '../../../support/fake-engine.ts';
import { madeExample } from '../../../support/made-examples.ts';
import { openTestLedger, type TestLedger } from '../../../support/test-ledger.ts';
import { call, serve, TOKEN } from '../support.ts';

class ExampleEngine extends FakeEngine {
  override readonly examples;

  constructor({ store }: TestLedger) {
    super();
    this.examples = exampleDesk(examplesIn(store, { now: () => 5.5 }));
  }
}

async function stage(t: Test) {
  const ledger = await openTestLedger(t);
  const engine = new ExampleEngine(ledger);
  const { api } = await serve(t, {}, undefined, undefined, engine);
  return { ledger, api, here: engine.examples, remote: remoteExamples({ port: api.port, token: TOKEN }) };
}

const { signatureId } = madeExample(1);

t.test('a desk over the API says and does what it does on the machine of the store', async (t) => {
  const { ledger, remote, here } = await stage(t);
  const odd = madeExample(3, { exampleId: 'trace:a/b!?%ü', review: 'pending', tags: ['a b&c'] });
  t.match(await remote.keep([madeExample(1), madeExample(2, { split: 'dev' }), odd]), { added: 3 });
  const selection = { signature: signatureId, tag: 'a b&c', limit: 5 };
  t.same(await remote.list(selection), await here.list(selection));
  t.same(await remote.get(signatureId, odd.exampleId), odd);
  t.same(await remote.datasets(), await here.datasets());
  t.same(await remote.datasets(signatureId), await here.datasets(signatureId));
  t.match(await remote.edit(signatureId, 'e1', { split: 'holdout' }), { split: 'holdout' });
  const judged = { verdict: 'approve', atMs: 5 };
  t.match(await remote.label({ signatureId, exampleId: odd.exampleId, verdict: 'approve' }), { meta: { judged } });
  const file = join(ledger.home, 'in.jsonl');
  await writeFile(file, `${[madeExample(4), madeExample(5)].map(exampleLine).join('\n')}\n\n`);
  t.match(await remote.importFile({ file, split: 'train', seed: 1 }), { added: 2 });
  await remote.remove(signatureId, 'e4');
  await t.rejects(remote.get(signatureId, 'e4'), { code: 'example-unknown', value: 'e4' });
});

t.test('what is no example, no signature or no file is refused, and nothing is written', async (t) => {
  const { ledger, api, remote, here } = await stage(t);
  const file = join(ledger.home, 'bad.jsonl');
  await writeFile(file, `${exampleLine(madeExample(1))}\nnonsense\n`);
  const request = { split: 'auto', seed: 1 } as const;
  await t.rejects(remote.importFile({ file, ...request }), { code: 'example-invalid', value: 'line 2' });
  await writeFile(file, '\n');
  await t.rejects(remote.importFile({ file, ...request }), { code: 'input-empty' });
  await t.rejects(remote.importFile({ file: join(ledger.home, 'none'), ...request }), { code: 'input-unreadable' });
  await t.rejects(remote.keep([madeExample(1, { signatureId: 'no' })]), { code: 'signature-unknown' });
  await t.rejects(remote.datasets('no'), { code: 'signature-unknown' });
  const statuses: [method: string, path: string, body: unknown, status: number][] = [
    ['GET', '/api/dse/examples/s/none', undefined, 404],
    ['DELETE', '/api/dse/examples/s/none', undefined, 404],
    ['GET', '/api/dse/examples?split=test', undefined, 400],
    ['GET', '/api/dse/examples?after=x', undefined, 400],
    ['POST', '/api/dse/examples', { examples: [] }, 400],
    ['POST', '/api/dse/label', { signatureId, exampleId: 'e1', verdict: 'correct' }, 400],
    ['POST', '/api/dse/label', { signatureId, exampleId: 'e1', verdict: 'approve', expectedJson: 1 }, 400],
    ['PATCH', '/api/dse/examples/s/none', { other: 1 }, 400],
  ];
  for (const [method, path, body, status] of statuses)
    t.equal((await call(api.port, method, path, body)).status, status, `${method} ${path}`);
  t.same((await here.list({ limit: 5 })).examples, []);
});

t.test('without a store there are no examples', async (t) => {
  const desk = exampleDesk(undefined);
  await t.rejects(desk.list({ limit: 1 }), { code: 'request-invalid', reason: /--no-log/ });
  await t.rejects(desk.keep([madeExample(1)]), { code: 'request-invalid' });
});
