// One run: what was asked, how it goes or went, and what came of it.
import './run.css';
import './timeline/timeline.css';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { latenciesOf } from '../../protocol/run-metrics.ts';
import { address, navigate } from '../app/router.ts';
import type { ViewProps } from '../app/views.ts';
import { Failure } from '../parts/failure.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Loading } from '../parts/states.tsx';
import { Answer } from './answer/answer.tsx';
import { LivePart } from './live-part.tsx';
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

function Loaded({ source }: { readonly source: RunSource }) {
  const [opened, setOpened] = useState<string>();
  // Opened when it was over, the answer comes first; watched to its end, nothing jumps.
  const [answerFirst] = useState(source.state()?.status !== 'running');
  const chosen = address.value.searchParams.get('q') ?? undefined;
  const answer = (
    <LivePart key="answer" source={source}>
      {(state, version) => <Answer state={state} version={version} />}
    </LivePart>
  );
  return (
    <>
      <LivePart source={source}>
        {(state) => (
          <RunHead state={state} counts={source.counts(state)} now={source.now()} onResumed={() => source.look()} />
        )}
      </LivePart>
      {answerFirst ? answer : null}
      <LivePart source={source}>
        {(state, version) => (
          <Timeline
            source={source}
            state={state}
            version={version}
            chosen={chosen}
            onChoose={chooseQuery}
            onOpen={setOpened}
            hasCanaries={source.counts(state).canaries > 0}
          />
        )}
      </LivePart>
      <div class="run-panels">
        <LivePart source={source}>{(state) => <BudgetPanel state={state} />}</LivePart>
        <LivePart source={source}>{(state) => <QuorumPanel state={state} counts={source.counts(state)} />}</LivePart>
        <LivePart source={source}>{(state) => <LatencyPanel latencies={latenciesOf(state)} />}</LivePart>
      </div>
      {answerFirst ? null : answer}
      <LivePart source={source}>
        {(state, version) => (
          <RunSections
            state={state}
            now={source.now()}
            version={version}
            onQuery={chooseQuery}
            onCitation={openCitation}
          />
        )}
      </LivePart>
      <LivePart source={source}>
        {(state) => (
          <WholeAnswer
            state={state}
            query={opened === undefined ? undefined : state.queries.get(opened)}
            now={source.now()}
            onClose={() => setOpened(undefined)}
          />
        )}
      </LivePart>
    </>
  );
}

export default function Run({ subject }: ViewProps) {
  const source = useMemo(() => openRun(subject), [subject]);
  useEffect(() => () => source.close(), [source]);
  const isOpened = source.opened.value;
  const error = source.error();
  const failure = error === undefined ? null : <Failure error={error} stale={isOpened} retry={() => source.look()} />;
  return (
    <>
      {isOpened ? null : <PageHead title="Run" />}
      {failure}
      {isOpened ? <Loaded source={source} /> : failure === null ? <Loading words="Opening the run…" /> : null}
    </>
  );
}
