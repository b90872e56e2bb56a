import t from 'tap';
import { applyChange } from '../../../ledger/leaderboard/fold.ts';
import { pointsOf, stepHoursOf } from '../../../ledger/leaderboard/history.ts';
import { Leaderboard } from '../../../ledger/leaderboard/leaderboard.ts';
import { emptyRollup, flatten } from '../../../ledger/leaderboard/rollup.ts';
import type { RollupRow } from '../../../ledger/leaderboard/totals.ts';
import { HISTORY_POINTS_MAX, providerHistorySchema } from '../../../protocol/provider-history.ts';

const HOUR_MS = 3_600_000;

function rowOf(hour: number, provider: string, answers: number, failed = 0, model = 'm'): RollupRow {
  const rollup = emptyRollup();
  const place = { hour, provider, model, atMs: hour * HOUR_MS };
  for (let job = 0; job < answers + failed; job++) applyChange(rollup, { ...place, what: 'asked', name: provider });
  for (let job = 0; job < answers; job++)
    applyChange(rollup, { ...place, what: 'answered', latencyMs: 100 * (job + 1) });
  for (let job = 0; job < failed; job++) applyChange(rollup, { ...place, what: 'failed' });
  return { hour, provider, model, flat: flatten(rollup) };
}

function boardOf(rows: readonly RollupRow[], nowMs: number): Leaderboard {
  const source = {
    async *rollups(from: number, to: number) {
      yield rows.filter(({ hour }) => hour >= from && hour <= to);
    },
  };
  return new Leaderboard({ source, nowMs: () => nowMs, trustOf: () => 0.5 });
}

t.test('a provider is told hour by hour, its models together, the others left out', async (t) => {
  const rows = [rowOf(10, 'a', 3, 1), rowOf(10, 'a', 1, 0, 'n'), rowOf(10, 'b', 9), rowOf(12, 'a', 0, 2)];
  const history = await boardOf(rows, 12 * HOUR_MS + 60_000).history('a', { since: '24h' });
  providerHistorySchema.parse({ ...history, announcement: null });
  t.match(history.report, { provider: 'a', jobs: 7, answered: 4, failed: 3, models: ['m', 'n'], trust: 0.5 });
  t.equal(history.step_hours, 1);
  t.match(history.points, [
    { at: '1970-01-01T10:00:00.000Z', jobs: 5, answered: 4, failed: 1, success: 0.8 },
    { at: '1970-01-01T12:00:00.000Z', jobs: 2, answered: 0, failed: 2, success: 0, p50_ms: null },
  ]);
  const { p50_ms, p99_ms } = history.points[0] as { p50_ms: number; p99_ms: number };
  t.ok(Math.abs(p50_ms - 100) <= 2 && Math.abs(p99_ms - 300) <= 6, `${p50_ms} and ${p99_ms} ms`);
});

t.test('one that nobody asked has zeros and no points', async (t) => {
  const history = await boardOf([], 5 * HOUR_MS).history('nobody', { since: '1h' });
  providerHistorySchema.parse({ ...history, announcement: null });
  t.match(history, { points: [], report: { jobs: 0, success: { rate: null, lower: 0 }, last_seen: null } });
});

t.test('however long the time, the points are as many as can be drawn', (t) => {
  for (const hours of [1, HISTORY_POINTS_MAX, HISTORY_POINTS_MAX + 1, 87_600]) {
    const rows = Array.from({ length: hours }, (_, hour) => rowOf(1_000 + hour, 'a', 1));
    const points = pointsOf(rows, 1_000, stepHoursOf(1_000, 1_000 + hours - 1));
    t.ok(points.length <= HISTORY_POINTS_MAX, `${hours} hours are ${points.length} points`);
    t.equal(
      points.reduce((sum, { answered }) => sum + answered, 0),
      hours,
    );
  }
  t.end();
});
