// The cited lines where they stand: some lines before, the cited ones marked, some after; and whether the file still says so.
import './source.css';
import type { ReadSpan } from '../../../protocol/receipt.ts';
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

/** Lines of an input; with the bytes and their hash it is said whether they are still what was read. */
export type CitedLines = ReadSpan & Partial<Pick<SpanRef, 'start_byte' | 'end_byte' | 'content_hash'>>;

function sourcePath(runId: string, span: CitedLines): string {
  const { path, start_line, end_line, start_byte, end_byte, content_hash } = span;
  const cited = content_hash === undefined ? {} : { start_byte, end_byte, content_hash };
  const asked = { path, start_line, end_line, around: AROUND_LINES, ...cited };
  const query = new URLSearchParams(Object.entries(asked).map(([name, value]) => [name, String(value)]));
  return `/api/runs/${encodeURIComponent(runId)}/source?${query}`;
}

function Lines({ source, span }: { readonly source: Source; readonly span: CitedLines }) {
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

export function SourceView({ runId, span }: { readonly runId: string; readonly span: CitedLines }) {
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
