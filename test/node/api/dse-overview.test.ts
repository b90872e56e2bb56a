import t from 'tap';
import { type OverviewDesks, overviewOf } from '../../../node/api/dse-overview.ts';
import type { CompileHead } from '../../../protocol/dse/compile.ts';
import { dseOverviewSchema, OVERVIEW_ROWS_MAX } from '../../../protocol/dse/overview.ts';
import { PylonError } from '../../../protocol/errors.ts';
import { FakeDesks } from '../../support/fake-desks.ts';

const HASH = 'a'.repeat(64);

function compile(at: number): CompileHead {
  const params = { decode: 'jsonish' as const, repairsMax: 1, strategyId: 'auto' as const, budgets: {} };
  return {
    ...{ reportId: `r${at}`, jobHash: HASH, datasetHash: HASH, status: 'done', startedAtMs: at, endedAtMs: at },
    job: {
      ...{
        signatureId: '@a/B.v1',
        base: params,
        space: {},
        optimizer: 'halving',
        reward: 'exact_json',
        judgeHash: null,
      },
      ...{ model: 'extractive', seed: 0, budget: { maxCalls: 1, maxMsat: 0, maxTimeMs: 1 } },
    },
    ...{ tried: 3, proposalsAffordable: 3, calls: 9, cacheHits: 0, spentMsat: 0, error: null },
    chosen: { paramsHash: HASH, compiled_id: HASH, why: 'best' },
  };
}

function desks(changes: Partial<OverviewDesks>): OverviewDesks {
  const fakes = new FakeDesks();
  const artifacts = {
    ...fakes.artifacts,
    active: async () => [],
    history: async () => [],
    signatures: async () => [],
  };
  const canaries = { ...fakes.canaries, list: async () => [] };
  const promotions = { ...fakes.promotions, list: async () => ({ promotions: [], next_before: null }) };
  const nights = { ...fakes.nights, list: async () => ({ nights: [], next_before: null }) };
  return { ...fakes, artifacts, canaries, promotions, nights, ...changes };
}

t.test('the latest of each are told, and no more than a page holds', async (t) => {
  const fakes = new FakeDesks();
  const asked: (string | undefined)[] = [];
  const compiles = {
    ...fakes.compiles,
    list: async (signatureId?: string) => {
      asked.push(signatureId);
      return Array.from({ length: OVERVIEW_ROWS_MAX + 5 }, (_, at) => compile(at));
    },
  };
  const overview = dseOverviewSchema.parse(await overviewOf(desks({ compiles }), '@a/B.v1'));
  t.equal(overview.compiles.length, OVERVIEW_ROWS_MAX);
  t.match(overview.compiles[0], { reportId: 'r0', signatureId: '@a/B.v1', optimizer: 'halving', chosen: HASH });
  t.notMatch(JSON.stringify(overview), 'repairsMax', 'parameters are shown by the report');
  t.same(asked, ['@a/B.v1']);
});

t.test('a signature that is not there is an error, not an empty page', async (t) => {
  const fakes = new FakeDesks();
  const history = () => Promise.reject(new PylonError('signature-unknown', { value: '@x/Y.v1' }));
  const artifacts = { ...fakes.artifacts, history };
  await t.rejects(overviewOf(desks({ artifacts }), '@x/Y.v1'), { code: 'signature-unknown' });
});
