// Says that work goes on, so that nobody takes its provider for dead: first after half a second, then every few.
import type { Clock } from '../../conductor/ports.ts';
import type { VerifiedEvent } from '../../protocol/event.ts';
import { encodeFeedback } from '../../protocol/feedback.ts';
import { PROCESSING_AFTER_MS, PROCESSING_EVERY_MS } from '../../protocol/limits.ts';
import type { Answers } from './answers.ts';
import { voidAtOf } from './job-intake.ts';

/** Returns what stops it. */
export function showLife(request: VerifiedEvent, clock: Clock, answers: Answers): () => void {
  const voidAt = voidAtOf(request);
  let cancel: () => void;
  let isUnderWay = false;
  const tell = async () => {
    const nowSeconds = Math.floor(clock.now() / 1_000);
    if (nowSeconds >= voidAt) return;
    cancel = clock.after(PROCESSING_EVERY_MS, tell);
    if (isUnderWay) return; // while no relay is there, one message waits for it, not one more every few seconds
    isUnderWay = true;
    await answers.tell(encodeFeedback(request, 'processing', '', nowSeconds, voidAt), voidAt);
    isUnderWay = false;
  };
  cancel = clock.after(PROCESSING_AFTER_MS, tell);
  return () => cancel();
}
