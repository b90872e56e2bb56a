// One run: what was asked, how it goes or went, and what came of it.
import './run.css';
import './timeline/timeline.css';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { latenciesOf, metricsOf } from '../../protocol/run-metrics.ts';
import type { RunState } from '../../protocol/run-state.ts';
import { address, navigate } from '../app/router.ts';
import type { ViewProps } from '../app/views.ts';
import { Failure } from '../parts/failure.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Loading } from '../parts/states.tsx';
import { Answer } from './answer/answer.tsx';
import { usePaced } from './paced.ts';
import { BudgetPanel } from './panels/budget.tsx';
import { LatencyPanel } from './panels/latency.tsx';
import { QuorumPanel } from './panels/quorum.tsx';
import { RunHead } from './run-head.tsx';
import { RunSections } from './run-sections.tsx';
import { openRun, type RunSource } from './run-source.ts';
import { Timeline } from './timeline/timeline.tsx';
import { WholeAnswer } from './whole-answer.tsx';

/** Puts the chosen query into the address, so that a link shows the same. */
function chooseQuery(id: string | undefined): void {
  const to = new URL(address.peek());
  if (id === undefined) to.searchParams.delete('q');
  else to.searchParams.set('q', id);
  if (to.href !== address.peek().href) navigate(to.href, { replace: true });
}

function openCitation(number: number): void {
  const to = new URL(address.peek());
  to.hash = `citation-${number}`;
  navigate(to.href, { replace: true });
}

function Loaded(props: { readonly source: RunSource; readonly state: RunState; readonly version: number }) {
  const { source, state, version } = props;
  const [opened, setOpened] = useState<string>();
  // Opened when it was over, the answer comes first; watched to its end, nothing jumps.
  const [answerFirst] = useState(state.status !== 'running');
  const latencies = useMemo(() => latenciesOf(state), [state, version]);
  const metrics = useMemo(() => metricsOf(state, latencies), [state, latencies]);
  const now = source.now();
  const answer = <Answer key="answer" state={state} version={version} />;
  return (
    <>
      <RunHead state={state} metrics={metrics} now={now} onResumed={() => source.look()} />
      {answerFirst ? answer : null}
      <Timeline
        source={source}
        state={state}
        version={version}
        chosen={address.value.searchParams.get('q') ?? undefined}
        onChoose={chooseQuery}
        onOpen={setOpened}
        hasCanaries={metrics.canaries > 0}
      />
      <div class="run-panels">
        <BudgetPanel state={state} />
        <QuorumPanel state={state} metrics={metrics} />
        <LatencyPanel latencies={latencies} />
      </div>
      {answerFirst ? null : answer}
      <RunSections state={state} now={now} version={version} onQuery={chooseQuery} onCitation={openCitation} />
      <WholeAnswer
        state={state}
        query={opened === undefined ? undefined : state.queries.get(opened)}
        now={now}
        onClose={() => setOpened(undefined)}
      />
    </>
  );
}

export default function Run({ subject }: ViewProps) {
  const source = useMemo(() => openRun(subject), [subject]);
  useEffect(() => () => source.close(), [source]);
  const version = usePaced(source.version);
  const state = source.state();
  const error = source.error();
  const failure =
    error === undefined ? null : <Failure error={error} stale={state !== undefined} retry={() => source.look()} />;
  if (state === undefined) {
    return (
      <>
        <PageHead title="Run" />
        {failure ?? <Loading words="Opening the run…" />}
      </>
    );
  }
  return (
    <>
      {failure}
      <Loaded source={source} state={state} version={version} />
    </>
  );
}
