// RecursionTree: how the question was taken apart and put together, as a tree for hand, keys and ear (the ARIA tree pattern). Only the
// lines that can be seen are in the page.
import { useMemo, useRef, useState } from 'preact/hooks';
import type { RunState } from '../../../protocol/run-state.ts';
import { grouped } from '../../../protocol/words.ts';
import { Money } from '../../parts/amounts.tsx';
import { StatusMark } from '../../parts/mark.tsx';
import { Figures } from '../../parts/panel.tsx';
import { useVirtual } from '../../parts/virtual.ts';
import { MARK_TONES } from '../mark-tones.ts';
import { shownPart } from '../shown-text.ts';
import { MARK_WORDS, MARKS } from '../timeline/bar-mark.ts';
import { figuresOf, partsOf, type TreeLine, treeLines } from './recursion-tree.ts';

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
function stepOf(key: string, lines: readonly TreeLine[], at: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return Math.min(lines.length - 1, at + 1);
    case 'ArrowUp':
      return Math.max(0, at - 1);
    case 'Home':
      return 0;
    case 'End':
      return lines.length - 1;
    default:
      return undefined;
  }
}

function parentOf(lines: readonly TreeLine[], at: number): number {
  for (let above = at - 1; above >= 0; above--) if (lines[above]!.level < lines[at]!.level) return above;
  return at;
}

export function RecursionTree({ state, now, version, onQuery, onCitation }: RecursionTreeProps) {
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState('run');
  const parts = useMemo(() => partsOf(state), [state, version]);
  const lines = useMemo(() => treeLines(state, parts, turned, now), [parts, turned]);
  const { scroller, items, totalPx, scrollTo } = useVirtual(lines.length, LINE_PX);
  const tree = useRef<HTMLDivElement>(null);
  const at = Math.max(
    0,
    lines.findIndex(({ key }) => key === active),
  );
  const figures = figuresOf(state, parts);

  const turn = (key: string) => {
    const next = new Set(turned);
    if (!next.delete(key)) next.add(key);
    setTurned(next);
  };
  const go = (index: number) => {
    setActive(lines[index]?.key ?? 'run');
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
    const line = lines[at];
    if (line === undefined) return;
    const step = stepOf(event.key, lines, at);
    if (step !== undefined) go(step);
    else if (event.key === 'ArrowRight' && line.open === false) turn(line.key);
    else if (event.key === 'ArrowRight' && line.open === true) go(Math.min(lines.length - 1, at + 1));
    else if (event.key === 'ArrowLeft' && line.open === true) turn(line.key);
    else if (event.key === 'ArrowLeft') go(parentOf(lines, at));
    else if (event.key === 'Enter' || event.key === ' ') pick(line);
    else return;
    event.preventDefault();
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
            const line = lines[index];
            return line === undefined ? null : (
              <Line key={line.key} line={line} top={start} active={index === at} onPick={() => pick(line)} />
            );
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
