// The small drawings of the leaderboard. None is read aloud: the numbers they show stand beside them.
import type { ProviderReport } from '../../protocol/provider-report.ts';
import { endedOf, type Scale, wilsonUpper } from './bounds.ts';

const percent = (share: number): string => `${Math.min(1, Math.max(0, share)) * 100}%`;

/** How sure the share is: the interval as a band, what was seen as a line in it. */
export function Interval({ report }: { readonly report: ProviderReport }) {
  const { rate, lower } = report.success;
  const upper = wilsonUpper(rate, endedOf(report));
  return (
    <span class="interval" aria-hidden="true">
      <span class="interval-band" style={{ left: percent(lower), width: percent(upper - lower) }} />
      {rate === null ? null : <span class="interval-seen" style={{ left: percent(rate) }} />}
    </span>
  );
}

/** The median as a full bar, the slowest hundredth as a thin one behind it. */
export function Latency({ report, scale }: { readonly report: ProviderReport; readonly scale: Scale }) {
  const { p50, p99 } = report.latency_ms;
  return (
    <span class="latency" aria-hidden="true">
      {p99 === null ? null : <span class="latency-p99" style={{ width: percent(scale.at(p99)) }} />}
      {p50 === null ? null : <span class="latency-p50" style={{ width: percent(scale.at(p50)) }} />}
    </span>
  );
}
