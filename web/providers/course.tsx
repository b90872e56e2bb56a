// The course of a provider over the hours: how much it answered, and how fast.
import { useMemo } from 'preact/hooks';
import type { ProviderHistory, ProviderPoint } from '../../protocol/provider-history.ts';
import { plural, printDuration, printShare } from '../../protocol/words.ts';
import type { Drawing } from '../charts/draw.ts';
import { columnsOf } from '../charts/series.ts';
import { TimeChart } from '../charts/time-chart.tsx';
import { Count, Duration, Money, Share } from '../parts/amounts.tsx';
import { Panel } from '../parts/panel.tsx';
import { type Column, Table } from '../parts/table.tsx';

const HOUR_MS = 3_600_000;
const HEIGHT_PX = 220;

const SUCCESS: Drawing = {
  series: [{ name: 'success', colour: '--good', words: printShare }],
  range: [0, 1.02],
  heightPx: HEIGHT_PX,
};
const LATENCY: Drawing = {
  series: [
    { name: 'p50', colour: '--busy', words: printDuration },
    { name: 'p99', colour: '--late', dash: [6, 4], words: printDuration },
  ],
  heightPx: HEIGHT_PX,
};

const COLUMNS: readonly Column<ProviderPoint>[] = [
  { id: 'at', head: 'From', names: true, cell: ({ at }) => <time dateTime={at}>{new Date(at).toLocaleString()}</time> },
  { id: 'jobs', head: 'Jobs', end: true, cell: ({ jobs }) => <Count of={jobs} /> },
  { id: 'success', head: 'Success', end: true, cell: ({ success }) => <Share share={success} /> },
  { id: 'p50', head: 'p50', end: true, cell: ({ p50_ms }) => <Duration ms={p50_ms} /> },
  { id: 'p99', head: 'p99', end: true, cell: ({ p99_ms }) => <Duration ms={p99_ms} /> },
  { id: 'settled', head: 'Sats', end: true, cell: ({ settled_msat }) => <Money msat={settled_msat} bare /> },
];

export function Course({ history }: { readonly history: ProviderHistory }) {
  const { points, step_hours } = history;
  const [success, latency] = useMemo(() => {
    const stepMs = step_hours * HOUR_MS;
    const at = (point: ProviderPoint) => Date.parse(point.at);
    return [
      columnsOf(
        points.map((point) => ({ atMs: at(point), values: [point.success] })),
        1,
        stepMs,
      ),
      columnsOf(
        points.map((point) => ({ atMs: at(point), values: [point.p50_ms, point.p99_ms] })),
        2,
        stepMs,
      ),
    ];
  }, [points, step_hours]);
  const step = step_hours === 1 ? 'hour' : `${step_hours} hours`;
  return (
    <>
      <div class="courses">
        <Panel title={`Success by ${step}`}>
          <TimeChart
            label={`Share of good answers by ${step}; the table below has the values`}
            columns={success}
            drawing={SUCCESS}
          />
        </Panel>
        <Panel title={`Latency by ${step}`}>
          <TimeChart label={`Latency by ${step}; the table below has the values`} columns={latency} drawing={LATENCY} />
        </Panel>
      </div>
      <details class="panel panel-flush fold">
        <summary>As a table: {plural(points.length, 'point')}</summary>
        <Table caption={`By ${step}`} columns={COLUMNS} rows={points.toReversed()} keyOf={({ at }) => at} />
      </details>
    </>
  );
}
