// Short messages about what was just done, said aloud too. What went wrong stays until it is put away.

import { signal } from '@preact/signals';
import { ApiError } from '../api/client.ts';
import { StatusMark, type Tone } from './mark.tsx';
import { shownText } from './shown-text.ts';

interface Toast {
  readonly id: number;
  readonly words: string;
  readonly tone: Tone;
}

/** Long enough to read two lines twice. */
const GOOD_NEWS_MS = 6_000;
const TOASTS_MAX = 4;

const toasts = signal<readonly Toast[]>([]);
let lastId = 0;

function dismiss(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

/** Says it. Good and neutral news goes away by itself. */
export function toast(words: string, tone: Tone = 'good'): void {
  const id = ++lastId;
  toasts.value = [...toasts.value, { id, words: shownText(words), tone }].slice(-TOASTS_MAX);
  if (tone !== 'bad') setTimeout(() => dismiss(id), GOOD_NEWS_MS);
}

/** Says what went wrong, with the next step. Give it what was thrown. */
export function toastFailure(thrown: unknown): void {
  toast(thrown instanceof ApiError ? [thrown.message, thrown.next].filter(Boolean).join(': ') : String(thrown), 'bad');
}

/** Where toasts appear; the shell has one. */
export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, words, tone }) => (
        <div key={id} class="toast">
          <StatusMark tone={tone}>{words}</StatusMark>
          <button
            type="button"
            class="button button-quiet"
            aria-label={`Dismiss: ${words}`}
            onClick={() => dismiss(id)}
          >
            ✕
          </button>
        </div>
      ))}
    </div>
  );
}
