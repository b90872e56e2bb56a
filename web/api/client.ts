// Requests to the daemon that served the page. What goes wrong is one kind of error, with the daemon's own words.
import { reach } from './reach.ts';

export class ApiError extends Error {
  readonly status: number;
  /** A code of docs/errors.md, or `offline` when nobody answered. */
  readonly code: string;
  /** What the user can do. */
  readonly next: string;

  constructor(status: number, code: string, message: string, next: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.next = next;
  }
}

interface Failure {
  readonly error?: { readonly code?: string; readonly message?: string; readonly next?: string };
}

/** The daemon's line ends with the next step, which is shown on its own here. */
function withoutNext(message: string, next: string): string {
  return next !== '' && message.endsWith(`: ${next}`) ? message.slice(0, -next.length - 2) : message;
}

async function failureOf(response: Response): Promise<ApiError> {
  const text = await response.text();
  let error: Failure['error'];
  try {
    error = (JSON.parse(text) as Failure).error;
  } catch {
    error = undefined; // not from the daemon's API: the status is all there is
  }
  const next = error?.next ?? '';
  const message = error?.message ?? `the daemon answered ${response.status}`;
  return new ApiError(response.status, error?.code ?? 'internal', withoutNext(message, next), next);
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** The reply of a route, or an ApiError. Aborting rejects with the signal's reason. */
export async function call(path: string, { method = 'GET', body, signal }: Call = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (thrown) {
    if (signal?.aborted === true) throw thrown;
    reach.value = 'offline';
    throw new ApiError(0, 'offline', 'the daemon does not answer', 'start it with `pylon start`');
  }
  reach.value = response.status === 401 ? 'out' : 'in';
  if (!response.ok) throw await failureOf(response);
  return response;
}

/** The JSON of a route. The daemon checked it against the schema that `T` comes from. */
export async function read<T>(path: string, options: Call = {}): Promise<T> {
  const response = await call(path, options);
  return (await response.json()) as T;
}
