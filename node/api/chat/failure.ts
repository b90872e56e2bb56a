// Failures as OpenAI's clients expect them: `{error: {message, type, param, code}}`. The code is ours (docs/errors.md), but for the two
// that clients look for.
import type { z } from 'zod';
import { type ErrorCode, type ErrorDetail, PylonError } from '../../../protocol/errors.ts';
import { statusOf } from '../failure.ts';
import type { chatErrorSchema } from './schemas.ts';

export type ChatErrorBody = z.infer<typeof chatErrorSchema>;

/** A refusal that names the field of the request. */
export class ChatRefusal extends PylonError {
  /** As OpenAI writes it: `messages[0].content`. */
  readonly param: string;

  constructor(code: ErrorCode, param: string, detail: ErrorDetail = {}) {
    super(code, detail);
    this.param = param;
  }
}

/** Codes that clients of OpenAI know. */
const KNOWN: Readonly<Partial<Record<ErrorCode, string>>> = {
  'model-unknown': 'model_not_found',
  unauthorized: 'invalid_api_key',
};

const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  429: 'rate_limit_error',
};

function typeOf(status: number): string {
  return TYPES[status] ?? (status >= 500 ? 'server_error' : status === 422 ? 'run_error' : 'invalid_request_error');
}

/** @param status of the answer, where it is not that of the code */
export function chatErrorBody(error: PylonError, status = statusOf(error.code)): ChatErrorBody {
  const param = error instanceof ChatRefusal ? error.param : null;
  return { error: { message: error.message, type: typeOf(status), param, code: KNOWN[error.code] ?? error.code } };
}

/** True for paths of which clients of OpenAI are told failures. */
export function isChatPath(url: string): boolean {
  return /^\/v1(?:\/|\?|$)/.test(url);
}
