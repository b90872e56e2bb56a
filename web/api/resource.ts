// What a view has asked for: not there yet, there, or not to be had. A failed refresh keeps what was there.
import { type Signal, signal } from '@preact/signals';
import { ApiError, read } from './client.ts';

export interface Resource<T> {
  readonly data: Signal<T | undefined>;
  readonly error: Signal<ApiError | undefined>;
  readonly loading: Signal<boolean>;
  /** Asks again, or something else; an answer to an earlier question is dropped. */
  load(path?: string): Promise<void>;
  /** Nobody waits any more. */
  close(): void;
}

/** Asks nothing by itself: call `load`. */
export function resource<T>(path: string): Resource<T> {
  const data = signal<T | undefined>(undefined);
  const error = signal<ApiError | undefined>(undefined);
  const loading = signal(false);
  let asked = path;
  let current: AbortController | undefined;
  return {
    data,
    error,
    loading,
    async load(next = asked) {
      asked = next;
      current?.abort();
      const mine = new AbortController();
      current = mine;
      loading.value = true;
      try {
        const answer = await read<T>(asked, { signal: mine.signal });
        if (current !== mine) return;
        data.value = answer;
        error.value = undefined;
      } catch (thrown) {
        if (current !== mine || mine.signal.aborted) return;
        error.value = thrown instanceof ApiError ? thrown : new ApiError(0, 'internal', String(thrown), '');
      } finally {
        if (current === mine) loading.value = false;
      }
    },
    close() {
      current?.abort();
      current = undefined;
    },
  };
}
