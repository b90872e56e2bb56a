// One run: what was asked, how it goes or went, and what came of it.
import './run.css';
import { useEffect, useMemo } from 'preact/hooks';
import { address, navigate } from '../app/router.ts';
import type { ViewProps } from '../app/views.ts';
import { Failure } from '../parts/failure.tsx';
import { RunStatusMark } from '../parts/mark.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Loading } from '../parts/states.tsx';
import { openRun } from './run-source.ts';
import { Timeline } from './timeline/timeline.tsx';

/** Puts what is chosen into the address, so that a link shows the same. */
function choose(name: string, value: string | undefined): void {
  const to = new URL(address.peek());
  if (value === undefined) to.searchParams.delete(name);
  else to.searchParams.set(name, value);
  navigate(to.href, { replace: true });
}

export default function Run({ subject }: ViewProps) {
  const source = useMemo(() => openRun(subject), [subject]);
  useEffect(() => () => source.close(), [source]);
  source.version.value;
  const state = source.state();
  const error = source.error.value;
  const chosen = address.value.searchParams.get('q') ?? undefined;
  if (state === undefined) {
    return (
      <>
        <PageHead title="Run" />
        {error === undefined ? <Loading /> : <Failure error={error} retry={() => location.reload()} />}
      </>
    );
  }
  return (
    <>
      <PageHead title={state.query}>
        <RunStatusMark status={state.status} />
      </PageHead>
      {error === undefined ? null : <Failure error={error} stale retry={() => location.reload()} />}
      <Timeline
        source={source}
        state={state}
        chosen={chosen}
        onChoose={(id) => choose('q', id)}
        onOpen={(id) => choose('q', id)}
      />
      <pre class="answer-text">{state.output ?? state.error?.message ?? ''}</pre>
    </>
  );
}
