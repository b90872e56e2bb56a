// One compile: what was searched and on which budget, what was tried, and what was chosen and why.
import '../dse.css';
import type { CompileReport } from '../../../protocol/dse/compile.ts';
import { plural, printDuration, printSats } from '../../../protocol/words.ts';
import type { ViewProps } from '../../app/views.ts';
import { Count, Money } from '../../parts/amounts.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Foreign } from '../../parts/foreign.tsx';
import { StatusMark } from '../../parts/mark.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Facts, Figures, Panel } from '../../parts/panel.tsx';
import { RawFold } from '../../parts/raw.tsx';
import { Empty, Loaded } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { useResource } from '../../parts/use-resource.ts';
import { Above, Artifact, signatureWords } from '../crumbs.tsx';
import { compilePath } from '../paths.ts';
import { Said } from '../said.tsx';
import { COMPILE_SAID } from '../tones.ts';
import { Candidates } from './candidates.tsx';
import { ParetoPlot } from './pareto-plot.tsx';

function Spent({ report }: { readonly report: CompileReport }) {
  const { job, calls, cacheHits, spentMsat, proposalsAffordable, candidates, startedAtMs, endedAtMs } = report;
  const { maxCalls, maxMsat, maxTimeMs } = job.budget;
  return (
    <Figures
      figures={[
        {
          label: 'Candidates',
          value: <Count of={candidates.length} />,
          note: `${plural(proposalsAffordable, 'proposal')} affordable`,
        },
        { label: 'Calls', value: <Count of={calls} />, note: `of at most ${maxCalls.toLocaleString('en')}` },
        { label: 'Known already', value: <Count of={cacheHits} />, note: 'not asked again' },
        { label: 'Sats', value: <Money msat={spentMsat} bare />, note: `of at most ${printSats(maxMsat)}` },
        {
          label: 'Time',
          value: endedAtMs === null ? 'running' : printDuration(endedAtMs - startedAtMs),
          note: `of at most ${printDuration(maxTimeMs)}`,
        },
      ]}
    />
  );
}

function Chosen({ report }: { readonly report: CompileReport }) {
  const { chosen, error, status } = report;
  if (error !== null)
    return (
      <p>
        <StatusMark tone="bad">
          {error.code}: <Foreign text={error.message} />
        </StatusMark>
      </p>
    );
  if (chosen === null)
    return <p class="soft">{status === 'running' ? 'Nothing is chosen yet.' : 'Nothing was chosen.'}</p>;
  return (
    <Facts
      facts={[
        ['artifact', <Artifact key="id" id={chosen.compiled_id} />],
        ['why', <Foreign key="why" text={chosen.why} />],
        [
          'next',
          <span key="next" class="command">
            <code>pylon dse promote {chosen.compiled_id.slice(0, 12)}</code>
            <CopyButton text={`pylon dse promote ${chosen.compiled_id}`} what="command" />
          </span>,
        ],
      ]}
    />
  );
}

export default function Compile({ subject }: ViewProps) {
  const told = useResource<CompileReport>(compilePath(subject));
  const report = told.data.value;
  return (
    <>
      <PageHead
        title={report === undefined ? 'Compile' : `Compile of ${signatureWords(report.job.signatureId)}`}
        above={<Above signatureId={report?.job.signatureId} />}
        actions={
          <button type="button" class="button" onClick={() => void told.load()}>
            Look again
          </button>
        }
      >
        {report === undefined ? (
          ''
        ) : (
          <>
            <Said said={COMPILE_SAID[report.status]} /> {report.job.optimizer}, reward {report.job.reward}, by{' '}
            <Foreign text={report.job.model} />, <Time at={report.startedAtMs} />
          </>
        )}
      </PageHead>
      <Loaded from={told} words="Reading the report…">
        {(found) => (
          <>
            <Panel title="What it took">
              <Spent report={found} />
            </Panel>
            <Panel title="What was chosen">
              <Chosen report={found} />
            </Panel>
            <ParetoPlot report={found} />
            {found.candidates.length === 0 ? <Empty title="Nothing was tried yet" /> : <Candidates report={found} />}
            <Panel title="What was asked for">
              <Facts
                facts={[
                  [
                    'job',
                    <code key="job" class="key">
                      {found.jobHash}
                    </code>,
                  ],
                  [
                    'examples',
                    <code key="data" class="key">
                      {found.datasetHash}
                    </code>,
                  ],
                  ['seed', String(found.job.seed)],
                  ...(found.job.judgeHash === null
                    ? []
                    : ([
                        [
                          'judge',
                          <code key="judge" class="key">
                            {found.job.judgeHash}
                          </code>,
                        ],
                      ] as const)),
                ]}
              />
              <RawFold value={found.job} what="job" />
            </Panel>
          </>
        )}
      </Loaded>
    </>
  );
}
