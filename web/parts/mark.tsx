// States as a shape and a word, so that colour is never the only sign: ✓ done, ◐ partial, ✕ failed, ◌ running, – idle.
import type { ComponentChildren } from 'preact';
import type { RunStatus } from '../../protocol/run.ts';

/** What a state means to whoever looks; `base.css` has a colour for each. */
export type Tone = 'good' | 'busy' | 'late' | 'bad' | 'idle';

function Shape({ tone }: { readonly tone: Tone }) {
  switch (tone) {
    case 'good':
      return <path d="M3.5 8.5l3 3 6-7" />;
    case 'bad':
      return <path d="M4.5 4.5l7 7m0-7l-7 7" />;
    case 'late':
      return (
        <>
          <circle cx="8" cy="8" r="5.5" />
          <path class="mark-half" d="M8 2.5a5.5 5.5 0 0 0 0 11z" />
        </>
      );
    case 'busy':
      return <path d="M13.5 8A5.5 5.5 0 1 1 8 2.5" />;
    default:
      return <path d="M4.5 8h7" />;
  }
}

/** The shape alone; a word must stand beside it. */
export function Mark({ tone }: { readonly tone: Tone }) {
  return (
    <svg class={`mark mark-${tone}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <Shape tone={tone} />
    </svg>
  );
}

export const TONE_OF_STATUS: Readonly<Record<RunStatus, Tone>> = {
  running: 'busy',
  done: 'good',
  partial: 'late',
  failed: 'bad',
};

export interface StatusMarkProps {
  readonly tone: Tone;
  /** The word of the state. */
  readonly children: ComponentChildren;
}

/** A state: shape, then word. */
export function StatusMark({ tone, children }: StatusMarkProps) {
  return (
    <span class={`status tone-${tone}`}>
      <Mark tone={tone} />
      {children}
    </span>
  );
}

/** How a run stands. */
export function RunStatusMark({ status }: { readonly status: RunStatus }) {
  return <StatusMark tone={TONE_OF_STATUS[status]}>{status}</StatusMark>;
}

/** A small word on a ground of its own: `play money`, `best`, `canary`. */
export function Badge({ tone = 'idle', children }: { readonly tone?: Tone; readonly children: ComponentChildren }) {
  return <span class={`badge tone-${tone}`}>{children}</span>;
}
