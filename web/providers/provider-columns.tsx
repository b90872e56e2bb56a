// The columns of the leaderboard.

import type { ProviderReport } from '../../protocol/provider-report.ts';
import { printDuration, printShare } from '../../protocol/words.ts';
import { Count, Money, Share, Unknown } from '../parts/amounts.tsx';
import { Foreign } from '../parts/foreign.tsx';
import { Bar } from '../parts/meter.tsx';
import type { Column } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';
import { endedOf, type Scale, wilsonUpper } from './bounds.ts';
import { Interval, Latency } from './drawings.tsx';
import { ProviderLink } from './provider-link.tsx';

function Success({ report }: { readonly report: ProviderReport }) {
  const { rate, lower } = report.success;
  if (rate === null) return <Unknown />;
  const words = `between ${printShare(lower)} and ${printShare(wilsonUpper(rate, endedOf(report)))} with 95 % confidence`;
  return (
    <span class="drawn" title={words}>
      <Interval report={report} />
      <Share share={rate} />
      <span class="visually-hidden">, {words}</span>
    </span>
  );
}

function Latencies({ report, scale }: { readonly report: ProviderReport; readonly scale: Scale }) {
  const { p50, p99 } = report.latency_ms;
  if (p50 === null) return <Unknown />;
  return (
    <span class="drawn">
      <Latency report={report} scale={scale} />
      <span>
        {printDuration(p50)}
        {p99 === null ? null : (
          <span class="soft">
            <span aria-hidden="true"> · </span>
            <span class="visually-hidden">, slowest hundredth </span>
            {printDuration(p99)}
          </span>
        )}
      </span>
    </span>
  );
}

/** @param scale of all latencies shown */
export function providerColumns(scale: Scale): readonly Column<ProviderReport>[] {
  return [
    {
      id: 'provider',
      head: 'Provider',
      names: true,
      wide: true,
      cell: ({ provider, name, models }) => (
        <>
          <ProviderLink provider={provider} name={name} /> <Foreign class="soft models" text={models.join(', ')} />
        </>
      ),
    },
    { id: 'success', head: 'Success', sortable: true, cell: (report) => <Success report={report} /> },
    {
      id: 'latency',
      head: 'Latency p50 · p99',
      sortable: true,
      cell: (report) => <Latencies report={report} scale={scale} />,
    },
    {
      id: 'cost',
      head: 'Sats per 1k',
      sortable: true,
      end: true,
      cell: ({ sats_per_1k_jobs }) =>
        sats_per_1k_jobs === null ? <Unknown /> : <Money msat={Math.round(sats_per_1k_jobs * 1_000)} bare />,
    },
    { id: 'jobs', head: 'Jobs', sortable: true, end: true, cell: ({ jobs }) => <Count of={jobs} /> },
    {
      id: 'trust',
      head: 'Trust',
      sortable: true,
      cell: ({ trust }) =>
        trust === null ? (
          <Unknown />
        ) : (
          <span class="drawn">
            <Bar share={trust} tone={trust >= 0.5 ? 'good' : 'late'} /> <Share share={trust} />
          </span>
        ),
    },
    {
      id: 'seen',
      head: 'Last seen',
      end: true,
      cell: ({ last_seen }) => (last_seen === null ? <Unknown /> : <Time at={last_seen} />),
    },
  ];
}
