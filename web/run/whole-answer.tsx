// The whole answer of one query: the event that ended it, and the payload that its hash names. It is a stranger's text, shown as such.
import { useEffect, useState } from 'preact/hooks';
import type { QueryState, RunState } from '../../protocol/run-state.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { ApiError, call, read } from '../api/client.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Failure } from '../parts/failure.tsx';
import { Facts } from '../parts/panel.tsx';
import { Raw } from '../parts/raw.tsx';
import { Loading } from '../parts/states.tsx';
import { factsOf } from './query-facts.ts';

interface Answer {
  readonly event: TraceEvent;
  readonly payload: string | undefined;
}

/** @throws ApiError */
async function fetchAnswer(runId: string, endedSeq: number, signal: AbortSignal): Promise<Answer | undefined> {
  const run = `/api/runs/${encodeURIComponent(runId)}`;
  const page = await read<{ events: TraceEvent[] }>(`${run}/events?from_seq=${endedSeq}&limit=1`, { signal });
  const event = page.events[0];
  if (event === undefined) return undefined;
  const hash = event.type === 'SubQueryReturn' ? event.output_hash : undefined;
  if (hash === undefined) return { event, payload: undefined };
  const payload = await (await call(`${run}/blobs/${hash}`, { signal })).text();
  return { event, payload };
}

export interface WholeAnswerProps {
  readonly state: RunState;
  readonly query: QueryState | undefined;
  readonly now: number;
  readonly onClose: () => void;
}

export function WholeAnswer({ state, query, now, onClose }: WholeAnswerProps) {
  const [answer, setAnswer] = useState<Answer>();
  const [error, setError] = useState<ApiError>();
  const seq = query?.ended_seq;
  useEffect(() => {
    setAnswer(undefined);
    setError(undefined);
    if (seq === undefined) return;
    const until = new AbortController();
    fetchAnswer(state.id, seq, until.signal).then(setAnswer, (thrown: unknown) => {
      if (!until.signal.aborted)
        setError(thrown instanceof ApiError ? thrown : new ApiError(0, 'internal', String(thrown), ''));
    });
    return () => until.abort();
  }, [state.id, seq]);
  const text = answer?.payload ?? (answer === undefined ? '' : JSON.stringify(answer.event));
  return (
    <Dialog open={query !== undefined} onClose={onClose} title={`Query ${query?.id ?? ''}`}>
      {query === undefined ? null : <Facts facts={factsOf(state, query, now)} />}
      {error === undefined ? null : <Failure error={error} />}
      {query === undefined || error !== undefined ? null : seq === undefined ? (
        <p class="soft">It has not ended yet.</p>
      ) : answer === undefined ? (
        <Loading words="Reading the answer…" />
      ) : (
        <Raw text={text} what="answer">
          {answer.payload === undefined ? 'No payload; the event that ended it' : 'What the provider said, as text'}
        </Raw>
      )}
    </Dialog>
  );
}
