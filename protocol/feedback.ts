// Feedback on a job (NIP-90, kind 7000): what a provider says before its answer or in place of it, and the error that its words
// tell. What a failed job cost stands in the sealed content (failure.ts).
import { type ErrorCode, isErrorCode, PylonError } from './errors.ts';
import { type EventTemplate, isHex, type NostrEvent, tagValue } from './event.ts';
import { KIND_FEEDBACK } from './kinds.ts';

/** NIP-90 job states that a feedback can tell. */
export const FEEDBACK_STATUSES = ['payment-required', 'processing', 'partial', 'error', 'success'] as const;
export type FeedbackStatus = (typeof FEEDBACK_STATUSES)[number];

/** A feedback; for `error` the text is `"<code>: <words>"` with a code of the catalogue. */
export function encodeFeedback(
  request: NostrEvent,
  status: FeedbackStatus,
  extra: string,
  createdAt: number,
  expiresAt: number,
): EventTemplate {
  return {
    kind: KIND_FEEDBACK,
    created_at: createdAt,
    tags: [
      ['status', status, extra],
      ['e', request.id],
      ['p', request.pubkey],
      ['expiration', String(expiresAt)],
    ],
    content: '',
  };
}

export interface Feedback {
  readonly requestId: string;
  readonly status: FeedbackStatus;
  readonly extra: string;
}

/** The feedback in an event, or undefined when it is none that we understand. */
export function parseFeedback(event: NostrEvent): Feedback | undefined {
  const requestId = tagValue(event, 'e');
  const status = event.tags.find((tag) => tag[0] === 'status');
  if (event.kind !== KIND_FEEDBACK || !isHex(requestId, 64) || status === undefined) return undefined;
  const known = FEEDBACK_STATUSES.find((name) => name === status[1]);
  return known === undefined ? undefined : { requestId, status: known, extra: (status[2] ?? '').slice(0, 1_000) };
}

/** Codes that a provider may give: about the job, its model and the wire; never about our run, machine or budget. */
const PROVIDER_CODE = /^(job|model|backend|event|seal)-/;

/** The error an `error` feedback tells; any other code becomes `job-failed` with the words kept. */
export function errorOfFeedback(extra: string): PylonError {
  return errorOfWords(extra, PROVIDER_CODE, 'job-failed');
}

/** The error that `"<code>: <words>"` tells. @param allowed codes that the other side may give; any other becomes `fallback` */
export function errorOfWords(extra: string, allowed: RegExp, fallback: ErrorCode): PylonError {
  const colon = extra.indexOf(':');
  const code = colon > 0 ? extra.slice(0, colon) : '';
  const words = extra
    .slice(colon + 1)
    .replace(/\s+/g, ' ')
    .trim();
  return isErrorCode(code) && allowed.test(code)
    ? new PylonError(code, { reason: words || code })
    : new PylonError(fallback, { value: extra });
}
