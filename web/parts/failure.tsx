// What a view says when it could not get what it asked for: the daemon's words and the next step.
import type { ApiError } from '../api/client.ts';
import { StatusMark } from './mark.tsx';
import { Words } from './words.tsx';

export interface FailureProps {
  readonly error: ApiError;
  readonly retry?: () => void;
  /** What is shown below is what was known before. */
  readonly stale?: boolean;
}

export function Failure({ error, retry, stale = false }: FailureProps) {
  const offline = error.code === 'offline';
  return (
    <div class={`state failure tone-${offline ? 'late' : 'bad'}`} role="alert">
      <p>
        <StatusMark tone={offline ? 'late' : 'bad'}>
          <Words text={error.message} />
        </StatusMark>
      </p>
      {error.next === '' ? null : (
        <p class="soft">
          <Words text={error.next} />
        </p>
      )}
      {stale ? <p class="soft">What is shown is what was known before.</p> : null}
      {retry === undefined ? null : (
        <button type="button" class="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}
