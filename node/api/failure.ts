// Errors on their way out of the API: the status that fits a code, and the body every failure has.
import type { z } from 'zod';
import { CATALOGUE, type ErrorCode, EXIT, PylonError } from '../../protocol/errors.ts';
import type { errorSchema } from './schemas.ts';

const STATUSES: Readonly<Partial<Record<ErrorCode, number>>> = {
  unauthorized: 401,
  'link-used-up': 401,
  'origin-refused': 403,
  'signature-refused': 401,
  'key-refused': 403,
  'sync-full': 413,
  'sync-too-fast': 429,
  'request-too-large': 413,
  'too-many-questions': 429,
  'run-unknown': 404,
  'experiment-unknown': 404,
  'model-unknown': 404,
  'source-unknown': 404,
  'payload-unknown': 404,
  'receipt-unknown': 404,
  'example-unknown': 404,
  'promotion-unknown': 404,
  'night-unknown': 404,
  'night-refused': 409,
  'pointer-moved': 409,
  'signature-unknown': 404,
  'compile-unknown': 404,
  'judge-unknown': 404,
  'source-gone': 410,
  'run-ambiguous': 409,
  'run-conflict': 409,
  'run-not-resumable': 409,
  'home-unwritable': 507,
  'store-failed': 507,
  internal: 500,
  'dashboard-unbuilt': 503,
};

/** The HTTP status of a code: the user's fault is 400, ours 500, what the world refused 422. */
export function statusOf(code: ErrorCode): number {
  return STATUSES[code] ?? (CATALOGUE[code].exit === EXIT.usage ? 400 : 422);
}

/** The body of a failure; the caller can make the same PylonError of it again. */
export function failureBody(error: PylonError): z.infer<typeof errorSchema> {
  const { code, message, reason, next, value } = error;
  return { error: { code, message, reason, next, ...(value === undefined ? {} : { value }) } };
}

/** Checks what came in. @throws PylonError `request-invalid` naming the field */
export function parseRequest<Output>(schema: z.ZodType<Output>, body: unknown, part: string): Output {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = [part, ...(issue?.path ?? [])].map(String).join('.');
  const unknown = issue?.code === 'unrecognized_keys' ? { value: issue.keys.join(', ') } : {};
  throw new PylonError('request-invalid', { reason: `${where}: ${issue?.message ?? 'is not valid'}`, ...unknown });
}
