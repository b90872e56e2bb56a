// Speaks to a daemon's HTTP API. On node:http, which costs a start-up less than fetch does.
import { request } from 'node:http';
import { type ErrorCode, isErrorCode, PylonError } from '../../protocol/errors.ts';
import { errorSchema } from './schemas.ts';

/** Larger than the largest page of events. */
const ANSWER_BYTES_MAX = 268_435_456;
const ANSWER_TIMEOUT_MS = 30_000;

export interface ApiAddress {
  readonly port: number;
  readonly token: string;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

function send(address: ApiAddress, method: string, path: string, body: string | undefined, timeoutMs: number) {
  return new Promise<Answer>((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${address.token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    };
    const outgoing = request(
      { host: '127.0.0.1', port: address.port, method, path, headers, agent: false },
      (incoming) => {
        const parts: Buffer[] = [];
        let bytes = 0;
        incoming.on('data', (part: Buffer) => {
          bytes += part.length;
          if (bytes > ANSWER_BYTES_MAX) incoming.destroy(new Error(`an answer of more than ${ANSWER_BYTES_MAX} bytes`));
          else parts.push(part);
        });
        incoming.on('error', reject);
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(parts).toString() }));
      },
    );
    outgoing.setTimeout(timeoutMs, () => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PylonError('daemon-unreachable', {
      value: text,
      reason: 'the daemon answered something that is not JSON',
      cause,
    });
  }
}

/** The daemon's error as it was there. */
function toError(answer: Answer): PylonError {
  const parsed = errorSchema.safeParse(parse(answer.text));
  if (!parsed.success)
    return new PylonError('daemon-unreachable', { reason: `the daemon answered HTTP ${answer.status}` });
  const { code, reason, next, value } = parsed.data.error;
  const known: ErrorCode = isErrorCode(code) ? code : 'internal';
  return new PylonError(known, { reason, next, ...(value === undefined ? {} : { value }) });
}

/** One call. @throws PylonError `daemon-unreachable`, or whatever the daemon failed with */
export async function callApi(
  address: ApiAddress,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
  timeoutMs = ANSWER_TIMEOUT_MS,
): Promise<unknown> {
  let answer: Answer;
  try {
    answer = await send(address, method, path, body === undefined ? undefined : JSON.stringify(body), timeoutMs);
  } catch (cause) {
    throw new PylonError('daemon-unreachable', { value: `127.0.0.1:${address.port}`, cause });
  }
  if (answer.status < 200 || answer.status > 299) throw toError(answer);
  return answer.status === 204 ? undefined : parse(answer.text);
}
