// What went wrong between us and a model endpoint: which code of ours it is, whether the request reached the endpoint
// (then it counts), and whether and when it is worth asking again. No key and no address with a password gets out.
import { PylonError } from '../../../protocol/errors.ts';
import { preview } from '../../../protocol/text.ts';

export interface EndpointFailure {
  readonly error: PylonError;
  /** False when the connection was never made: nothing was asked, nothing is counted. */
  readonly reached: boolean;
  readonly retry: boolean;
  /** What the endpoint asks us to wait. */
  readonly retryAfterMs?: number;
  /** The endpoint's words about a request that it does not understand. */
  readonly refusal?: string;
}

export interface Endpoint {
  readonly baseUrl: string;
  readonly model: string;
  readonly apiKey: string | undefined;
}

const NOT_CONNECTED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|.*CERT|ERR_TLS|ERR_SSL)/;
const RETRIED = new Set([408, 409, 425, 429]);
const CAUSES_MAX = 5;
const WORDS_CHARS_MAX = 200;

/** Judges whatever the openai package threw. @param nowMs to read a Retry-After that is a date */
export function judgeFailure(thrown: unknown, endpoint: Endpoint, nowMs: number): EndpointFailure {
  const pylonError = causes(thrown).find((cause) => cause instanceof PylonError);
  if (pylonError instanceof PylonError) return { error: pylonError, reached: true, retry: false };
  const status = property(thrown, 'status');
  if (typeof status === 'number') return judgeStatus(status, thrown, endpoint, nowMs);
  const code = causes(thrown)
    .map((cause) => property(cause, 'code'))
    .find((found) => typeof found === 'string');
  const reached = !NOT_CONNECTED.test(String(code));
  const words = typeof code === 'string' ? code : wordsOf(thrown, endpoint);
  const reason = reached ? `the model endpoint broke off (${words})` : `the model endpoint does not answer (${words})`;
  const error = new PylonError('backend-unavailable', { value: hostOf(endpoint.baseUrl), reason });
  return { error, reached, retry: true };
}

function judgeStatus(status: number, thrown: unknown, endpoint: Endpoint, nowMs: number): EndpointFailure {
  const words = wordsOf(thrown, endpoint);
  // A refused key is echoed by some endpoints, if only in part.
  const said = status === 401 || status === 403 ? '' : `: ${words}`;
  const reason = `the model endpoint answered HTTP ${status}${said}`;
  if (status >= 500) {
    const error = new PylonError('backend-unavailable', { value: hostOf(endpoint.baseUrl), reason });
    return { error, reached: true, retry: true, ...retryAfter(thrown, nowMs) };
  }
  const error = new PylonError('model-refused', { value: endpoint.model, reason });
  const retry = RETRIED.has(status) && property(thrown, 'code') !== 'insufficient_quota';
  const refusal = status === 400 || status === 422 ? { refusal: words } : {};
  return { error, reached: true, retry, ...refusal, ...retryAfter(thrown, nowMs) };
}

/** Host and port of a base URL, the most of it that is shown. */
export function hostOf(baseUrl: string): string {
  return URL.canParse(baseUrl) ? new URL(baseUrl).host : 'not a URL';
}

function retryAfter(thrown: unknown, nowMs: number): { retryAfterMs?: number } {
  const headers = property(thrown, 'headers');
  if (!(headers instanceof Headers)) return {};
  const milliseconds = Number(headers.get('retry-after-ms') ?? Number.NaN);
  if (milliseconds >= 0) return { retryAfterMs: milliseconds };
  const header = headers.get('retry-after');
  if (header === null) return {};
  const seconds = Number(header);
  const delayMs = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - nowMs;
  return Number.isFinite(delayMs) ? { retryAfterMs: Math.max(0, delayMs) } : {};
}

function wordsOf(thrown: unknown, { apiKey }: Endpoint): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const safe = apiKey ? message.replaceAll(apiKey, '***') : message;
  return preview(safe, WORDS_CHARS_MAX);
}

function causes(thrown: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let cause = thrown; cause !== undefined && cause !== null && chain.length < CAUSES_MAX; ) {
    chain.push(cause);
    cause = property(cause, 'cause');
  }
  return chain;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}
