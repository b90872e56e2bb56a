// One end that brings another with it: a chunk's with its run's, a job's with its chunk's.

/** Calls `end` with the signal's reason when it is aborted, at once where it is already. @returns stops it */
export function follow(signal: AbortSignal, end: (reason: unknown) => void): () => void {
  const tell = () => end(signal.reason);
  signal.addEventListener('abort', tell, { once: true });
  if (signal.aborted) tell();
  return () => signal.removeEventListener('abort', tell);
}
