// RecursionTree: how the question was taken apart and put together, as a tree for hand, keys and ear (the ARIA tree pattern). Only the
// lines that can be seen are in the page.
import { useMemo, useRef, useState } from 'preact/hooks';
import type { RunState } from '../../../protocol/run-state.ts';
import { grouped } from '../../../protocol/words.ts';
import { Money } from '../../parts/amounts.tsx';
import { StatusMark } from '../../parts/mark.tsx';
import { Figures } from '../../parts/panel.tsx';
import { shownPart } from '../../parts/shown-text.ts';
import { useVirtual } from '../../parts/virtual.ts';
import { MARK_TONES } from '../mark-tones.ts';
import { MARK_WORDS, MARKS } from '../timeline/bar-mark.ts';
import { ChunkParts } from './chunk-parts.ts';
import { figuresOf, type TreeLine, type TreeLines, treeLines } from './recursion-tree.ts';

const LINE_PX = 30;
const LABEL_CHARS_MAX = 300;

export interface RecursionTreeProps {
  readonly state: RunState;
  readonly now: number;
  /** Goes up when the state changed. */
  readonly version: number;
  readonly onQuery: (queryId: string) => void;
  readonly onCitation: (number: number) => void;
}

/** The index one comes to by a key; undefined when the key does something else. */
function stepOf(key: string, count: number, at: number): number | undefined {
  const steps: Readonly<Record<string, number>> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: count - 1 };
  const to = steps[key];
  return to === undefined ? undefined : Math.min(count - 1, Math.max(0, to));
}

/** What a key does by the tree pattern: opens or closes the line, picks it, or goes to another one. */
function deedOf(key: string, line: TreeLine, lines: TreeLines, at: number): number | 'turn' | 'pick' | undefined {
  const step = stepOf(key, lines.count, at);
  if (step !== undefined) return step;
  if (key === 'Enter' || key === ' ') return 'pick';
  if (key === 'ArrowRight' && line.open !== undefined) return line.open ? Math.min(lines.count - 1, at + 1) : 'turn';
  if (key === 'ArrowLeft') return line.open === true ? 'turn' : lines.indexOf(line.parent);
  return undefined;
}

export function RecursionTree({ state, now, version, onQuery, onCitation }: RecursionTreeProps) {
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState('run');
  const [parts] = useState(() => new ChunkParts());
  const lines = useMemo(() => {
    parts.take(state);
    return treeLines(state, parts, turned, now);
  }, [state, version, turned]);
  const { scroller, items, totalPx, scrollTo } = useVirtual(lines.count, LINE_PX);
  const tree = useRef<HTMLDivElement>(null);
  const at = lines.indexOf(active);
  const figures = figuresOf(state, parts);

  const turn = (key: string) => {
    const next = new Set(turned);
    if (!next.delete(key)) next.add(key);
    setTurned(next);
  };
  const go = (index: number) => {
    setActive(lines.lineAt(index).key);
    const row = items.find((item) => item.index === index);
    if (row === undefined) scrollTo(index);
    requestAnimationFrame(() => tree.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus());
  };
  const pick = (line: TreeLine) => {
    setActive(line.key);
    if (line.query !== undefined) onQuery(line.query);
    else if (line.citation !== undefined) onCitation(line.citation);
    else if (line.open !== undefined) turn(line.key);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const line = lines.lineAt(at);
    const deed = deedOf(event.key, line, lines, at);
    if (deed === undefined) return;
    event.preventDefault();
    if (deed === 'turn') turn(line.key);
    else if (deed === 'pick') pick(line);
    else go(deed);
  };
  return (
    <div class="tree-box">
      <Figures
        figures={[
          { label: 'Depth', value: grouped(figures.depth) },
          { label: 'Branches', value: grouped(figures.branches) },
          { label: 'Queries', value: grouped(figures.queries) },
          { label: 'Spans cited', value: grouped(figures.spans) },
          { label: 'Cost', value: <Money msat={figures.costMsat} /> },
        ]}
      />
      <div class="tree-scroll" ref={scroller}>
        <div
          class="tree"
          ref={tree}
          role="tree"
          tabIndex={-1}
          aria-label="Recursion"
          style={{ height: `${totalPx}px` }}
          onKeyDown={onKeyDown}
        >
          {items.map(({ index, start }) => {
            if (index >= lines.count) return null;
            const line = lines.lineAt(index);
            return <Line key={line.key} line={line} top={start} active={index === at} onPick={() => pick(line)} />;
          })}
        </div>
      </div>
    </div>
  );
}

function Line(props: {
  readonly line: TreeLine;
  readonly top: number;
  readonly active: boolean;
  readonly onPick: () => void;
}) {
  const { line, top, active, onPick } = props;
  const turn = line.open === undefined ? '' : line.open ? '▾' : '▸';
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree hears the keys
    <div
      class={`tree-line tree-${line.kind}`}
      role="treeitem"
      aria-level={line.level}
      aria-posinset={line.position}
      aria-setsize={line.siblings}
      aria-expanded={line.open}
      aria-selected={active}
      tabIndex={active ? 0 : -1}
      style={{ top: `${top}px`, paddingInlineStart: `${(line.level - 1) * 20 + 8}px` }}
      onClick={onPick}
    >
      <span class="tree-turn" aria-hidden="true">
        {turn}
      </span>
      <bdi class="tree-words">{shownPart(line.words, LABEL_CHARS_MAX).text}</bdi>
      {line.mark === undefined ? null : (
        <StatusMark tone={MARK_TONES[line.mark]!}>
          {line.kind === 'query' ? '' : <span class="visually-hidden">{MARK_WORDS[MARKS[line.mark]!]}</span>}
        </StatusMark>
      )}
      <bdi class="tree-note soft">{shownPart(line.note, LABEL_CHARS_MAX).text}</bdi>
      {line.costMsat === undefined || line.costMsat === 0 ? null : (
        <span class="tree-cost">
          <Money msat={line.costMsat} />
        </span>
      )}
    </div>
  );
}
