// What a view says when it could not get what it asked for: the daemon's words and the next step.
import type { ApiError } from '../api/client.ts';

export function Failure({ error, retry }: { readonly error: ApiError; readonly retry: () => void }) {
  return (
    <div role="alert">
      <p>{error.message}</p>
      {error.next === '' ? null : <p>{error.next}</p>}
      <button type="button" onClick={retry}>
        Try again
      </button>
    </div>
  );
}
