// One provider: its record in a window of time, the course of it, what it announces, and the jobs it had last.
import './providers.css';
import type { ProviderHistory } from '../../protocol/provider-history.ts';
import { printShare } from '../../protocol/words.ts';
import { address, navigate } from '../app/router.ts';
import { pathOf } from '../app/routes.ts';
import type { ViewProps } from '../app/views.ts';
import { Count, Duration, Money, Share, Unknown } from '../parts/amounts.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Figures, Panel } from '../parts/panel.tsx';
import { Empty, Loaded } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { useResource } from '../parts/use-resource.ts';
import { Announcement } from './announcement.tsx';
import { endedOf, wilsonUpper } from './bounds.ts';
import { Course } from './course.tsx';
import { shortKey } from './provider-link.tsx';
import { RecentJobs } from './recent-jobs.tsx';
import { addressOf, QUESTION, questionOf } from './window.ts';
import { WindowChoice } from './window-choice.tsx';

function Record({ report }: { readonly report: ProviderHistory['report'] }) {
  const { success, latency_ms, sats_per_1k_jobs, trust } = report;
  const surely =
    success.rate === null
      ? 'nothing ended in this time'
      : `${printShare(success.lower)} to ${printShare(wilsonUpper(success.rate, endedOf(report)))} with 95 % confidence`;
  const broken = `${report.failed} failed, ${report.timeouts} timed out, ${report.rejected} wrong`;
  return (
    <Figures
      figures={[
        { label: 'Success', value: <Share share={success.rate} />, note: surely },
        { label: 'Jobs', value: <Count of={report.jobs} />, note: broken },
        {
          label: 'Latency, median',
          value: <Duration ms={latency_ms.p50} />,
          note:
            latency_ms.p99 === null ? undefined : (
              <>
                p99 <Duration ms={latency_ms.p99} />
              </>
            ),
        },
        {
          label: 'Sats per 1k answers',
          value: sats_per_1k_jobs === null ? <Unknown /> : <Money msat={Math.round(sats_per_1k_jobs * 1_000)} bare />,
          note: (
            <>
              owed in this time <Money msat={report.settled_msat} />
            </>
          ),
        },
        {
          label: 'Trust',
          value: <Share share={trust} />,
          note: trust === null ? 'nothing it said was checked yet' : 'how far it is believed unchecked',
        },
        { label: 'Last seen', value: report.last_seen === null ? <Unknown /> : <Time at={report.last_seen} /> },
      ]}
    />
  );
}

export default function Provider({ subject }: ViewProps) {
  const { since } = questionOf(address.value.searchParams);
  const key = encodeURIComponent(subject);
  const history = useResource<ProviderHistory>(`/api/providers/${key}?since=${encodeURIComponent(since)}`);
  const report = history.data.value?.report;
  const name = report?.name ?? history.data.value?.announcement?.name ?? '';
  const ask = (window: string) =>
    navigate(pathOf('provider', subject) + addressOf({ ...QUESTION, since: window }), { replace: true });
  return (
    <>
      <PageHead
        title={name === '' ? shortKey(subject) : name}
        above={<a href={pathOf('providers')}>Providers</a>}
        actions={<WindowChoice since={since} onChange={ask} />}
      >
        <code class="key">{subject}</code> <CopyButton text={subject} what="key" />
      </PageHead>
      <Loaded from={history}>
        {(data) => (
          <>
            <Panel title={`The last ${since}`}>
              <Record report={data.report} />
            </Panel>
            {data.points.length === 0 ? (
              <Empty title={`It was asked nothing in the last ${since}`}>
                <p>A longer window may show more.</p>
              </Empty>
            ) : (
              <Course history={data} />
            )}
            <Announcement announcement={data.announcement} />
          </>
        )}
      </Loaded>
      <RecentJobs provider={subject} />
    </>
  );
}
