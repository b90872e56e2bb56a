// One end that brings another with it: a chunk's with its run's, a job's with its chunk's.

/** Aborts the controller when the signal is aborted, at once where it is already, and for the same reason. @returns stops it */
export function follow(controller: AbortController, signal: AbortSignal): () => void {
  const end = () => controller.abort(signal.reason);
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  return () => signal.removeEventListener('abort', end);
}
