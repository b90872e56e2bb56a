import t from 'tap';
import { activeParams, catalogue, catalogueEntry } from '../../../conductor/signatures/catalogue.ts';
import { signatureReports } from '../../../conductor/signatures/report.ts';
import { predictParamsSchema, promptBlocksSchema } from '../../../protocol/predict-params.ts';

t.test(
  'every signature has an id of its own, words that fit, parameters that are valid and a stable report',
  async (t) => {
    const ids = catalogue().map(({ signature }) => signature.signatureId);
    t.equal(new Set(ids).size, ids.length);
    for (const { signature, prompt, defaults, about } of catalogue()) {
      t.match(signature.signatureId, /^@[a-z]+\/[a-z]+\/[A-Z][A-Za-z]+\.v\d+$/);
      promptBlocksSchema.parse(prompt.blocks);
      predictParamsSchema.parse(defaults);
      t.ok(about.length > 10);
    }
    t.same(signatureReports(), signatureReports());
    const hashes = signatureReports().map((report) => report.hashes.promptIr);
    t.equal(new Set(hashes).size, hashes.length, 'no two have the same prompt');
  },
);

t.test('an artifact is in force where one is active, the defaults elsewhere', async (t) => {
  const params = { decode: 'strict_json', repairsMax: 0, strategyId: 'direct.v1', budgets: {} } as const;
  const artifacts = { active: (id: string) => (id.includes('Router') ? { compiledId: 'c1', params } : undefined) };
  t.same(activeParams('@pylon/rlm/Router.v1', artifacts), { compiledId: 'c1', params });
  t.match(activeParams('@pylon/rlm/Reducer.v1', artifacts), { compiledId: 'default', params: { decode: 'jsonish' } });
  t.match(signatureReports(artifacts)[0], { compiled_id: 'c1', params });
  t.equal(catalogueEntry('@x/Y.v1'), undefined);
});
