// What was asked, how it stands, and the handful of figures that everybody looks for first.
import type { RunCounts } from '../../protocol/run-metrics.ts';
import type { RunState } from '../../protocol/run-state.ts';
import { grouped, plural, printDuration, printSats, printShare } from '../../protocol/words.ts';
import { pathOf } from '../app/routes.ts';
import { RunStatusMark } from '../parts/mark.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { shownPart } from '../parts/shown-text.ts';
import { Time } from '../parts/time.tsx';
import { RunActions } from './run-actions.tsx';

/** A question may be pages long; the whole of it stands in the tree. */
const TITLE_CHARS_MAX = 240;

export interface RunHeadProps {
  readonly state: RunState;
  readonly counts: RunCounts;
  /** Of the run, in ms since 1970. */
  readonly now: number;
  readonly onResumed: () => void;
}

export function RunHead({ state, counts, now, onResumed }: RunHeadProps) {
  const tookMs = Math.max(0, now - state.created_ms - state.idle_ms);
  const { text, left } = shownPart(state.query, TITLE_CHARS_MAX);
  return (
    <PageHead
      title={left > 0 ? `${text}…` : text}
      above={
        <>
          <a href={pathOf('runs')}>Runs</a>
          {state.experiment === null ? null : (
            <>
              {' '}
              · <a href={pathOf('experiment', state.experiment)}>{state.experiment}</a>
            </>
          )}
        </>
      }
      actions={<RunActions state={state} onResumed={onResumed} />}
    >
      <span class="run-line">
        <RunStatusMark status={state.status} />
        <span>
          {counts.chunks === 0 && state.iterations > 0
            ? plural(state.iterations, 'step')
            : `${grouped(counts.chunks_answered)}/${grouped(counts.chunks)} chunks`}
        </span>
        <span>{printShare(counts.coverage)} covered</span>
        <span>{grouped(counts.providers)} providers</span>
        <span>{printSats(state.spent_msat)} sats</span>
        <span>{printDuration(tookMs)}</span>
        <Time at={state.created_ms} />
      </span>
    </PageHead>
  );
}
