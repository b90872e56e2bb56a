// What a job cost that failed: the sealed content of an `error` feedback. Calls of a model that led to
// nothing were still made, and whoever keeps count must hear of them.
import { z } from 'zod';
import { type Usage, usageSchema } from './signature.ts';

const failureSchema = z.object({ v: z.literal(1), request_id: z.string().length(64), usage: usageSchema });

/** Longest body read; what is longer is no failure of ours. */
const BODY_CHARS_MAX = 1_024;

export function encodeFailure(requestId: string, usage: Usage): string {
  return JSON.stringify({ v: 1, request_id: requestId, usage });
}

/** The cost told for `requestId`, or undefined when the body tells none. */
export function parseFailure(body: string, requestId: string): Usage | undefined {
  if (body.length > BODY_CHARS_MAX) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined; // a feedback needs no body: what cannot be read tells no cost
  }
  const parsed = failureSchema.safeParse(value);
  return parsed.success && parsed.data.request_id === requestId ? parsed.data.usage : undefined;
}
