// The leaderboard of a fake engine: one provider.
import type { ProviderHistory } from '../../protocol/provider-history.ts';
import type { ProvidersReport } from '../../protocol/provider-report.ts';

export const PROVIDER = 'ab'.repeat(32);

export const FAKE_PROVIDERS: ProvidersReport = {
  from: '2026-11-21T12:00:00.000Z',
  until: '2026-11-21T12:30:00.000Z',
  sort: 'success',
  model: null,
  total: 1,
  providers: [
    {
      provider: PROVIDER,
      name: 'carol',
      models: ['extractive'],
      jobs: 62,
      answered: 60,
      failed: 1,
      timeouts: 0,
      cancelled: 1,
      rejected: 0,
      success: { rate: 60 / 61, lower: 0.913 },
      latency_ms: { p50: 7, p99: 31, p50_upper: 8 },
      settled_msat: 1_560,
      sats_per_1k_jobs: 26,
      trust: null,
      first_seen: '2026-11-21T12:00:00.000Z',
      last_seen: '2026-11-21T12:10:00.000Z',
    },
  ],
};

/** The page of a provider that did as well. */
export function fakeHistory(provider: string): ProviderHistory {
  const { from, until, providers } = FAKE_PROVIDERS;
  return { from, until, report: { ...providers[0]!, provider }, step_hours: 1, points: [], announcement: null };
}
