// Which requests were executed, so that none is executed twice: kept in the same batch as what they did, until they can
// come no more. What they were answered is kept with them, for whoever asks again.
import { type EventTemplate, expirationOf } from '../../../protocol/event.ts';
import { FUTURE_SECONDS_MAX } from '../../../protocol/limits.ts';
import type { Draft, Reader } from './draft.ts';
import { dutyKey, FORGOTTEN_UNTIL, requestKey } from './keys.ts';
import { REQUEST_SECONDS, REQUEST_SECONDS_MAX } from './limits.ts';

/** The plain body of the answer, or the payment it depends on. */
export type RequestRow = { readonly body: string } | { readonly paying: string; readonly method: string };

/** From then on a request must be ignored, unix seconds. */
export function voidAtOf(event: EventTemplate): number {
  const latest = event.created_at + REQUEST_SECONDS_MAX;
  return Math.min(expirationOf(event) ?? event.created_at + REQUEST_SECONDS, latest);
}

/** Neither void nor from the future, and not of a time whose requests were forgotten. */
export function isTimely(event: EventTemplate, nowSeconds: number, reader: Reader): boolean {
  const voidAt = voidAtOf(event);
  const forgottenUntil = reader.get(FORGOTTEN_UNTIL) ?? 0;
  return voidAt > nowSeconds && voidAt > forgottenUntil && event.created_at <= nowSeconds + FUTURE_SECONDS_MAX;
}

export function remember(draft: Draft, requestId: string, voidAt: number, row: RequestRow): void {
  draft.set(requestKey(requestId), row);
  draft.set(dutyKey(voidAt, 'request', requestId), '');
}

/** What was void by `voidAt` is never taken again, even if the machine's clock is set back. */
export function forget(draft: Draft, requestId: string, voidAt: number): void {
  draft.delete(requestKey(requestId));
  if ((draft.get(FORGOTTEN_UNTIL) ?? 0) < voidAt) draft.set(FORGOTTEN_UNTIL, voidAt);
}
