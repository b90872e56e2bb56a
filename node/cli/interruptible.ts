// Work that is stopped by the first interrupt and comes to an end of its own; the second ends the process.
import { EXIT, PylonError } from '../../protocol/errors.ts';
import type { CliContext } from './context.ts';
import type { Notices } from './notices.ts';

/** @param doing what an interrupt makes of it, in words */
export async function interruptible<Result>(
  { onInterrupt, exitNow }: Pick<CliContext, 'onInterrupt' | 'exitNow'>,
  notices: Notices,
  doing: string,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const release = onInterrupt(() => {
    if (controller.signal.aborted) return exitNow(EXIT.interrupted);
    notices.line(`interrupted: ${doing}; once more to stop at once`);
    controller.abort(new PylonError('interrupted'));
  });
  try {
    return await work(controller.signal);
  } finally {
    release();
  }
}
