// How long the answers took: middle, tail, and the shape of all of them.
import { percentile } from '../../../protocol/percentile.ts';
import { plural, printDuration } from '../../../protocol/words.ts';
import { Duration } from '../../parts/amounts.tsx';
import { Figures, Panel } from '../../parts/panel.tsx';
import { type HistogramColumn, histogramOf, placeIn } from './histogram.ts';

const WIDTH = 240;
const HEIGHT = 56;

function Histogram({ columns, p50, p99 }: { columns: readonly HistogramColumn[]; p50: number; p99: number }) {
  const most = Math.max(1, ...columns.map(({ count }) => count));
  const width = WIDTH / columns.length;
  const words = `Latencies of ${plural(
    columns.reduce((sum, { count }) => sum + count, 0),
    'answer',
  )}, from ${printDuration(columns[0]?.fromMs ?? 0)} to ${printDuration(columns.at(-1)?.toMs ?? 0)}`;
  return (
    <figure class="histogram">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={words}>
        {columns.map(({ fromMs, toMs, count }, at) => {
          const height = count === 0 ? 0 : Math.max(1.5, (count / most) * (HEIGHT - 4));
          return (
            <rect
              key={at}
              class="histogram-column"
              x={at * width}
              y={HEIGHT - height}
              width={Math.max(0.5, width - 1)}
              height={height}
            >
              <title>{`${printDuration(fromMs)} to ${printDuration(toMs)}: ${count}`}</title>
            </rect>
          );
        })}
        {[p50, p99].map((value, at) => {
          const x = placeIn(columns, value) * WIDTH;
          return (
            <line
              key={at === 0 ? 'p50' : 'p99'}
              class={`histogram-line histogram-p${at === 0 ? 50 : 99}`}
              x1={x}
              x2={x}
              y1={0}
              y2={HEIGHT}
            />
          );
        })}
      </svg>
      <figcaption class="histogram-foot">
        <span>{printDuration(columns[0]?.fromMs ?? 0)}</span>
        <span class="soft">logarithmic</span>
        <span>{printDuration(columns.at(-1)?.toMs ?? 0)}</span>
      </figcaption>
    </figure>
  );
}

/** @param latencies of the answers in ms, ascending */
export function LatencyPanel({ latencies }: { readonly latencies: Float64Array }) {
  const p50 = percentile(latencies, 0.5);
  const p99 = percentile(latencies, 0.99);
  const none = latencies.length === 0;
  return (
    <Panel title="Latency">
      <Figures
        figures={[
          { label: 'p50', value: <Duration ms={none ? null : p50} />, note: 'half were faster' },
          { label: 'p99', value: <Duration ms={none ? null : p99} />, note: 'all but one in 100' },
          {
            label: 'Slowest',
            value: <Duration ms={latencies.at(-1) ?? null} />,
            note: plural(latencies.length, 'answer'),
          },
        ]}
      />
      {none ? null : <Histogram columns={histogramOf(latencies)} p50={p50} p99={p99} />}
    </Panel>
  );
}
