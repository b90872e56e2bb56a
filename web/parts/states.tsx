// What a view shows when it has nothing to show: not yet, nothing there, not to be had.
import type { ComponentChildren } from 'preact';
import type { ApiError } from '../api/client.ts';
import type { Resource } from '../api/resource.ts';
import { Failure } from './failure.tsx';

/** Waiting. Said aloud; drawn only when it takes long enough to be noticed (the CSS waits). */
export function Loading({ words = 'Loading…' }: { readonly words?: string }) {
  return (
    <p class="state loading" role="status">
      {words}
    </p>
  );
}

export interface EmptyProps {
  /** What is not there: `No runs yet`. */
  readonly title: string;
  /** How it comes to be there. */
  readonly children?: ComponentChildren;
}

export function Empty({ title, children }: EmptyProps) {
  return (
    <div class="state empty">
      <p class="empty-title">{title}</p>
      {children}
    </div>
  );
}

export interface LoadedProps<T> {
  readonly from: Resource<T>;
  readonly children: (data: T) => ComponentChildren;
  readonly words?: string;
}

/** The data of a resource, or its state. A failed refresh keeps the data and says so above it. */
export function Loaded<T>({ from, children, words = 'Loading…' }: LoadedProps<T>) {
  const data = from.data.value;
  const error: ApiError | undefined = from.error.value;
  return (
    <>
      {error === undefined ? null : <Failure error={error} stale={data !== undefined} retry={() => void from.load()} />}
      {data === undefined ? error === undefined && <Loading words={words} /> : children(data)}
    </>
  );
}
