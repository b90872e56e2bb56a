import t from 'tap';
import { applyChange, type Change } from '../../../ledger/leaderboard/fold.ts';
import { Leaderboard } from '../../../ledger/leaderboard/leaderboard.ts';
import { emptyRollup, flatten } from '../../../ledger/leaderboard/rollup.ts';
import type { RollupRow } from '../../../ledger/leaderboard/totals.ts';
import { type ProviderOrder, providersQuerySchema } from '../../../protocol/provider-report.ts';

interface Record {
  readonly answers?: number;
  readonly failed?: number;
  readonly timeouts?: number;
  readonly rejected?: number;
  readonly latencyMs?: number;
  readonly priceMsat?: number;
  readonly model?: string;
}

function rowOf(provider: string, record: Record): RollupRow {
  const { answers = 0, failed = 0, timeouts = 0, rejected = 0, latencyMs = 100, priceMsat = 10, model = 'm' } = record;
  const rollup = emptyRollup();
  const place = { hour: 1, provider, model, atMs: 3_600_000 };
  const times = (count: number, change: Change) => {
    for (let time = 0; time < count; time++) applyChange(rollup, change);
  };
  times(answers + failed + timeouts, { ...place, what: 'asked', name: `${provider}’s` });
  for (let answer = 0; answer < answers; answer++)
    applyChange(rollup, { ...place, what: 'answered', latencyMs: latencyMs + answer / 1_000 });
  times(rejected, { ...place, what: 'rejected' });
  times(answers - rejected, { ...place, what: 'settled', amountMsat: priceMsat });
  times(failed, { ...place, what: 'failed' });
  times(timeouts, { ...place, what: 'timeouts' });
  return { hour: place.hour, provider, model, flat: flatten(rollup) };
}

function boardOf(records: Readonly<globalThis.Record<string, Record>>, trust: globalThis.Record<string, number> = {}) {
  const rows = Object.entries(records).map(([provider, record]) => rowOf(provider, record));
  const source = {
    async *rollups() {
      yield rows;
    },
  };
  return new Leaderboard({ source, nowMs: () => 2 * 3_600_000, trustOf: (provider) => trust[provider] });
}

async function order(board: Leaderboard, sort: ProviderOrder): Promise<string> {
  const { providers } = await board.report(providersQuerySchema.parse({ sort }));
  return providers.map(({ provider }) => provider).join(' ');
}

t.test('success ranks by what is sure, not by a lucky few', async (t) => {
  const board = boardOf({
    lucky: { answers: 3 },
    steady: { answers: 980, failed: 20 },
    poor: { answers: 40, timeouts: 60 },
    new: {},
  });
  t.equal(await order(board, 'success'), 'steady lucky poor new');
});

t.test(
  'latency ranks by what the median is surely below, and what never came counts as slower than all that did',
  async (t) => {
    const board = boardOf({
      lucky: { answers: 4, latencyMs: 10 },
      steady: { answers: 500, latencyMs: 100 },
      slower: { answers: 500, latencyMs: 110 },
      // The tenth that answers in an instant does not make it fast.
      picky: { answers: 50, timeouts: 450, latencyMs: 1 },
      few: { answers: 20, latencyMs: 105 },
    });
    t.equal(await order(board, 'latency'), 'steady few slower lucky picky');
    const { providers } = await board.report(providersQuerySchema.parse({ sort: 'latency' }));
    t.same(
      providers.map(({ latency_ms }) => latency_ms.p50_upper !== null),
      [true, true, true, false, false],
    );
  },
);

t.test('cost ranks by the price of an answer, dearer the less is known of whether one comes', async (t) => {
  const board = boardOf({
    cheap: { answers: 300, priceMsat: 10 },
    dear: { answers: 300, priceMsat: 40 },
    lucky: { answers: 2, priceMsat: 8 },
    unreliable: { answers: 100, failed: 300, priceMsat: 12 },
    silent: { timeouts: 50 },
  });
  t.equal(await order(board, 'cost'), 'cheap lucky dear unreliable silent');
  const { providers } = await board.report(providersQuerySchema.parse({ sort: 'cost', limit: 2 }));
  t.match(providers, [{ sats_per_1k_jobs: 10, settled_msat: 3_000 }, { sats_per_1k_jobs: 8 }]);
  t.equal(providers.length, 2);
});

t.test('jobs and trust rank by themselves; who is not known comes last, equals by success', async (t) => {
  const board = boardOf(
    { a: { answers: 5 }, b: { answers: 9 }, c: { answers: 7 }, d: { answers: 8 } },
    { a: 0.5, c: 0.9 },
  );
  t.equal(await order(board, 'jobs'), 'b d c a');
  t.equal(await order(board, 'trust'), 'c a b d');
  const { providers, total } = await board.report(providersQuerySchema.parse({ sort: 'trust', limit: 3 }));
  t.same([providers.map(({ trust }) => trust), total], [[0.9, 0.5, null], 4]);
});

t.test('a model that nobody announced is an error that names those there are; an empty house is none', async (t) => {
  const board = boardOf({ a: { answers: 1, model: 'small' }, b: { answers: 1, model: 'large' } });
  const one = await board.report(providersQuerySchema.parse({ model: 'small' }));
  t.match(one, { total: 1, model: 'small', providers: [{ provider: 'a', models: ['small'], name: 'a’s' }] });
  await t.rejects(board.report(providersQuerySchema.parse({ model: 'huge' })), {
    code: 'model-unknown',
    value: 'huge',
    next: /large, small/,
  });
  t.match(await boardOf({}).report(providersQuerySchema.parse({ model: 'huge' })), { total: 0, providers: [] });
});
