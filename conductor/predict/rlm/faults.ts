// One reading of what was thrown, for the kernel and for the recorder: what is written down must be what the kernel acted on.
import { PylonError, toPylonError } from '../../../protocol/errors.ts';

/** Why the exploration is to end, once its signal is aborted. */
export function interruption(signal: AbortSignal): PylonError | undefined {
  if (!signal.aborted) return undefined;
  return signal.reason instanceof PylonError ? signal.reason : new PylonError('interrupted', { cause: signal.reason });
}

/** What was thrown; a call that was only cancelled failed for the reason that its exploration was ended. */
export function faultOf(thrown: unknown, signal: AbortSignal): PylonError {
  if (thrown instanceof PylonError && thrown.code !== 'job-cancelled') return thrown;
  return interruption(signal) ?? toPylonError(thrown);
}
