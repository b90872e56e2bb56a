// Posts OTLP/JSON lines to a collector as the OTLP/HTTP specification says: one request for each, retried where the
// specification allows it and after as long as the collector asks for, and no end of it waited for.
import type { Clock, Random } from '../../conductor/ports.ts';
import { PylonError } from '../../protocol/errors.ts';
import { preview } from '../../protocol/text.ts';

/** Statuses after which the same request may be sent again (OTLP 1.x, "Retryable Response Codes"). */
const RETRYABLE = new Set([429, 502, 503, 504]);
const ATTEMPTS_MAX = 5;
const REQUEST_TIMEOUT_MS = 10_000;
/** Doubled each time, and spread by a quarter so that many do not come back at once. */
const BACKOFF_MS = 500;
/** Who asks for more than this is not waited for. */
const RETRY_AFTER_MAX_MS = 60_000;
/** An answer says how many spans were refused, and why. */
const ANSWER_BYTES_MAX = 65_536;
const WORDS_CHARS_MAX = 200;
const TRACES_PATH = '/v1/traces';

export interface OtlpTarget {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

export interface OtlpPosted {
  readonly requests: number;
  /** Spans the collector took the request of and refused all the same. */
  readonly rejected: number;
  /** Its own words on that, as text of a stranger. */
  readonly message: string;
}

export interface OtlpPostPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: typeof fetch;
}

/**
 * @param address a base such as `http://127.0.0.1:4318`, to which `/v1/traces` is added, or a whole path
 * @param headers as in OTEL_EXPORTER_OTLP_HEADERS: `name=value,name=value`
 * @throws PylonError `option-invalid`
 */
export function otlpTarget(address: string, headers = ''): OtlpTarget {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol))
    throw new PylonError('option-invalid', {
      value: address,
      reason: '--otlp-endpoint takes an http:// or https:// address',
    });
  if (url.pathname === '/') url.pathname = TRACES_PATH;
  const pairs = headers.split(',').filter((pair) => pair.trim() !== '');
  const parsed = pairs.map((pair) => /^\s*([!#$%&'*+.^_`|~\w-]+)\s*=(.*)$/s.exec(pair));
  if (parsed.some((pair) => pair === null))
    throw new PylonError('option-invalid', { reason: 'OTEL_EXPORTER_OTLP_HEADERS takes name=value, name=value' });
  const given = parsed.map((pair) => [pair![1]!, decoded(pair![2]!.trim())] as const);
  return { url, headers: { ...basicOf(url), ...Object.fromEntries(given) } };
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value; // a bare % is meant as it is
  }
}

/** `https://user:password@…` as the header it means; the address itself must not show it. */
function basicOf(url: URL): Record<string, string> {
  if (url.username === '' && url.password === '') return {};
  const basic = `${decoded(url.username)}:${decoded(url.password)}`;
  url.username = '';
  url.password = '';
  return { authorization: `Basic ${Buffer.from(basic).toString('base64')}` };
}

function wait(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
}

/** `Retry-After` in ms: seconds or a date. */
function retryAfterMs(value: string | null, nowMs: number): number | undefined {
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1_000 : Date.parse(value) - nowMs;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

async function bodyOf(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.byteLength;
    if (bytes > ANSWER_BYTES_MAX) break; // leaving the loop ends the reading
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

class Poster {
  readonly #target: OtlpTarget;
  readonly #ports: OtlpPostPorts;

  constructor(target: OtlpTarget, ports: OtlpPostPorts) {
    this.#target = target;
    this.#ports = ports;
  }

  /** The collector's answer to one request. */
  async send(line: string): Promise<string> {
    const { clock, random } = this.#ports;
    let last: unknown;
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      const outcome = await this.#attempt(line);
      if ('body' in outcome) return outcome.body;
      last = outcome.fault;
      const backoffMs = BACKOFF_MS * 2 ** attempt * (0.75 + random.fraction() / 2);
      const delayMs = outcome.retryAfterMs ?? backoffMs;
      if (delayMs > RETRY_AFTER_MAX_MS) break;
      if (attempt + 1 < ATTEMPTS_MAX) await wait(clock, delayMs);
    }
    throw new PylonError('collector-refused', {
      value: this.#target.url.href,
      reason: `the collector did not take the spans, ${String(last)}`,
    });
  }

  /** @throws PylonError `collector-refused` where trying again is no use */
  async #attempt(line: string): Promise<{ body: string } | { fault: string; retryAfterMs?: number }> {
    const { url, headers } = this.#target;
    let response: Response;
    let body: string;
    try {
      response = await this.#ports.fetch(url, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: line,
        redirect: 'error',
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      });
      body = await bodyOf(response);
    } catch (thrown) {
      return { fault: reasonOf(thrown) };
    }
    if (response.ok) return { body };
    const fault = `HTTP ${response.status}`;
    const retryAfter = retryAfterMs(response.headers.get('retry-after'), this.#ports.clock.now());
    if (RETRYABLE.has(response.status))
      return { fault, ...(retryAfter === undefined ? {} : { retryAfterMs: retryAfter }) };
    throw new PylonError('collector-refused', {
      value: url.href,
      reason: `the collector answered ${fault}: ${preview(body.replace(/\p{Cc}/gu, ' '), WORDS_CHARS_MAX)}`,
    });
  }
}

/** What went wrong below HTTP, without the address, which may hold a password. */
function reasonOf(thrown: unknown): string {
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const name = cause instanceof Error ? cause.name : 'unknown';
  return code === '' ? name : code;
}

/** `partialSuccess` of an answer; one that is no JSON says nothing. */
function partialOf(body: string): { rejected: number; message: string } {
  try {
    const { partialSuccess: partial } = JSON.parse(body) as {
      partialSuccess?: { rejectedSpans?: string | number; errorMessage?: string };
    };
    const rejected = Number(partial?.rejectedSpans ?? 0);
    const message = preview(String(partial?.errorMessage ?? '').replace(/\p{Cc}/gu, ' '), WORDS_CHARS_MAX);
    return { rejected: Number.isSafeInteger(rejected) && rejected > 0 ? rejected : 0, message };
  } catch {
    return { rejected: 0, message: '' }; // collectors answer with an empty body as well
  }
}

/** Each line in the pieces. */
async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

/** Posts every line, one after the other. @throws PylonError `collector-refused` */
export async function postOtlp(
  pieces: AsyncIterable<string>,
  target: OtlpTarget,
  ports: OtlpPostPorts,
): Promise<OtlpPosted> {
  const poster = new Poster(target, ports);
  let [requests, rejected, message] = [0, 0, ''];
  for await (const line of linesOf(pieces)) {
    const partial = partialOf(await poster.send(line));
    requests++;
    rejected += partial.rejected;
    if (partial.message !== '') message = partial.message;
  }
  return { requests, rejected, message };
}
