// The answer, in which every claim has a number, and the citations, each of which opens the lines that it stands on.
import { useEffect, useRef } from 'preact/hooks';
import type { RunState } from '../../../protocol/run-state.ts';
import { printSpan, type SpanRef } from '../../../protocol/span.ts';
import { address, navigate } from '../../app/router.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { StatusMark } from '../../parts/mark.tsx';
import { Panel } from '../../parts/panel.tsx';
import { shownPart } from '../../parts/shown-text.ts';
import { citationOf, piecesOf } from './citations.ts';
import { SourceView } from './source-view.tsx';

function openCitation(number: number | undefined): void {
  const to = new URL(address.peek());
  to.hash = number === undefined ? '' : `citation-${number}`;
  navigate(to.href, { replace: true });
}

function Text({ output, spans }: { readonly output: string; readonly spans: readonly SpanRef[] }) {
  const { text, left } = shownPart(output);
  return (
    <div class="answer-text" dir="auto">
      {piecesOf(text, spans.length).map((piece, at) =>
        'text' in piece ? (
          piece.text
        ) : (
          <a key={at} class="cite" href={`#citation-${piece.citation}`} aria-label={`Citation ${piece.citation}`}>
            {piece.citation}
          </a>
        ),
      )}
      {left > 0 ? (
        <p class="soft">{left} more characters are not shown; copy or export the answer to read them.</p>
      ) : null}
    </div>
  );
}

function Citation(props: {
  readonly runId: string;
  readonly span: SpanRef;
  readonly number: number;
  readonly open: boolean;
}) {
  const { runId, span, number, open } = props;
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (!open) return;
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    item.current?.scrollIntoView({ block: 'nearest', behavior: still ? 'auto' : 'smooth' });
  }, [open]);
  return (
    <li ref={item} class="citation" id={`citation-${number}`}>
      <button
        type="button"
        class="citation-head"
        aria-expanded={open}
        onClick={() => openCitation(open ? undefined : number)}
      >
        <span class="cite" aria-hidden="true">
          {number}
        </span>
        <bdi class="citation-place">{shownPart(printSpan(span), 400).text}</bdi>
        <span class="citation-turn" aria-hidden="true">
          {open ? '▾' : '▸'}
        </span>
      </button>
      {open ? <SourceView runId={runId} span={span} /> : null}
    </li>
  );
}

export interface AnswerProps {
  readonly state: RunState;
  /** The state is changed in place: without this a component that follows signals would not be drawn again. */
  readonly version: number;
}

export function Answer({ state }: AnswerProps) {
  const { output, error, span_refs: spans } = state;
  const open = citationOf(address.value.hash);
  if (output === null && error === null) return null;
  return (
    <Panel
      title={output === null ? 'No answer' : 'Answer'}
      actions={output === null ? undefined : <CopyButton text={output} what="answer" />}
    >
      {error === null ? null : (
        <p>
          <StatusMark tone={output === null ? 'bad' : 'late'}>
            {error.code}: {shownPart(error.message, 2_000).text}
          </StatusMark>
        </p>
      )}
      {output === null ? null : <Text output={output} spans={spans} />}
      {spans.length === 0 ? null : (
        <ol class="citations" aria-label="Citations">
          {spans.map((span, at) => (
            <Citation key={span.id} runId={state.id} span={span} number={at + 1} open={open === at + 1} />
          ))}
        </ol>
      )}
    </Panel>
  );
}
