// The cited lines where they stand: some lines before, the cited ones marked, some after; and whether the file still says so.
import type { SpanRef } from '../../../protocol/span.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { StatusMark } from '../../parts/mark.tsx';
import { shownText } from '../../parts/shown-text.ts';
import { Loaded } from '../../parts/states.tsx';
import { useResource } from '../../parts/use-resource.ts';

interface Source {
  readonly path: string;
  readonly start_line: number;
  readonly lines: readonly string[];
  readonly total_lines?: number;
  readonly truncated: boolean;
  readonly matches: boolean | null;
}

const AROUND_LINES = 6;

function sourcePath(runId: string, span: SpanRef): string {
  const query = new URLSearchParams({
    path: span.path,
    start_line: String(span.start_line),
    end_line: String(span.end_line),
    around: String(AROUND_LINES),
    start_byte: String(span.start_byte),
    end_byte: String(span.end_byte),
    content_hash: span.content_hash,
  });
  return `/api/runs/${encodeURIComponent(runId)}/source?${query}`;
}

function Lines({ source, span }: { readonly source: Source; readonly span: SpanRef }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="source" tabIndex={0} aria-label={`Lines of ${source.path}`}>
      <ol class="source-lines" start={source.start_line}>
        {source.lines.map((line, at) => {
          const number = source.start_line + at;
          const cited = number >= span.start_line && number <= span.end_line;
          return (
            <li key={number} value={number} class={cited ? 'source-line source-cited' : 'source-line'}>
              <span class="source-number" aria-hidden="true">
                {number}
              </span>
              {cited ? <span class="visually-hidden">cited: </span> : null}
              <code>
                <bdi>{shownText(line)}</bdi>
              </code>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

export function SourceView({ runId, span }: { readonly runId: string; readonly span: SpanRef }) {
  const source = useResource<Source>(sourcePath(runId, span));
  return (
    <Loaded from={source} words="Reading the file…">
      {(found) => (
        <div class="source-box">
          {found.matches === false ? (
            <p>
              <StatusMark tone="late">The file has changed since it was read; these are its lines now.</StatusMark>
            </p>
          ) : null}
          <Lines source={found} span={span} />
          <p class="source-foot">
            {found.matches === true ? <StatusMark tone="good">as it was read</StatusMark> : null}
            {found.truncated ? <span class="soft">Some of it is cut.</span> : null}
            <CopyButton
              text={found.lines
                .slice(span.start_line - found.start_line, span.end_line - found.start_line + 1)
                .join('\n')}
              what="cited lines"
            />
          </p>
        </div>
      )}
    </Loaded>
  );
}
