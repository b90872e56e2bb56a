// One signed request to the door of another daemon. What comes back is a stranger's: bounded, and believed only in its form.
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, Agent as SecureAgent } from 'node:https';
import type { Clock, Random } from '../../conductor/ports.ts';
import { isErrorCode, PylonError } from '../../protocol/errors.ts';
import { sha256Hex } from '../../protocol/event.ts';
import { signRequest } from '../../protocol/http-auth.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import { SYNC_TYPE, type SyncStanding, syncStandingSchema } from '../../protocol/sync.ts';
import { errorSchema } from '../api/schemas.ts';

/** The receiver writes a chunk to its disk before it answers; a disk that takes longer is stuck. */
const SILENCE_MS = 60_000;
/** A thousand hashes, several times over. */
const ANSWER_BYTES_MAX = 262_144;
const REASON_CHARS_MAX = 400;
const NONCE_BYTES = 8;
const METHOD = 'POST';
/** Said by proxies and by a door that has enough for now: the same request may pass later. */
const FOR_NOW = new Set([408, 425, 429, 500, 502, 503, 504]);

export interface PosterOptions {
  /** Absolute: of the door itself. */
  readonly endpoint: string;
  readonly keys: KeyPair;
  readonly clock: Clock;
  readonly random: Random;
}

export class Poster {
  readonly #options: PosterOptions;
  readonly #agent: Agent;

  constructor(options: PosterOptions) {
    this.#options = options;
    const kept = { keepAlive: true, maxSockets: 1 };
    this.#agent = options.endpoint.startsWith('https:') ? new SecureAgent(kept) : new Agent(kept);
  }

  /**
   * @throws PylonError `sync-unreachable` where it may be tried again, else what the receiver refused it with, or `sync-refused`
   */
  async post(body: Buffer): Promise<SyncStanding> {
    let status: number;
    let text: string;
    try {
      ({ status, text } = await this.#exchange(body));
    } catch (cause) {
      if (cause instanceof PylonError) throw cause;
      throw new PylonError('sync-unreachable', { value: this.#options.endpoint, cause });
    }
    if (status !== 200) throw this.#refusal(status, text);
    const standing = syncStandingSchema.safeParse(jsonOf(text));
    if (standing.success) return standing.data;
    throw new PylonError('sync-refused', {
      value: this.#options.endpoint,
      reason: 'what answers there is no daemon that takes synced runs, or one of another version',
      next: 'compare --to with the sync.url of that daemon',
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  #exchange(body: Buffer): Promise<{ status: number; text: string }> {
    const { endpoint, keys, clock, random } = this.#options;
    const nonce = Buffer.from(random.bytes(NONCE_BYTES)).toString('hex');
    const signed = { url: endpoint, method: METHOD, payloadHash: sha256Hex(body) };
    const authorization = signRequest(keys, signed, nonce, Math.floor(clock.now() / 1_000));
    const headers = { authorization, 'content-type': SYNC_TYPE, 'content-length': body.byteLength };
    const send = endpoint.startsWith('https:') ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const outgoing = send(endpoint, { method: METHOD, headers, agent: this.#agent }, (incoming) => {
        readBounded(incoming).then((text) => resolve({ status: incoming.statusCode ?? 0, text }), reject);
      });
      outgoing.setTimeout(SILENCE_MS, () => outgoing.destroy(new Error(`no answer within ${SILENCE_MS} ms`)));
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  #refusal(status: number, text: string): PylonError {
    const { endpoint: value } = this.#options;
    const told = errorSchema.safeParse(jsonOf(text)).data?.error;
    if (FOR_NOW.has(status)) {
      const reason = `${value} answered HTTP ${status}`;
      return new PylonError('sync-unreachable', { value, reason });
    }
    if (told === undefined || !isErrorCode(told.code))
      return new PylonError('sync-refused', { value, reason: `HTTP ${status}` });
    const [reason, next] = [told.reason, told.next].map((words) => words.slice(0, REASON_CHARS_MAX));
    return new PylonError(told.code, { value, reason: `the daemon there refused: ${reason}`, next: next ?? '' });
  }
}

async function readBounded(incoming: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of incoming as AsyncIterable<Buffer>) {
    bytes += part.byteLength;
    if (bytes > ANSWER_BYTES_MAX)
      throw new PylonError('sync-refused', { reason: `the answer has more than ${ANSWER_BYTES_MAX} bytes` });
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a proxy's page; the status says enough
  }
}
