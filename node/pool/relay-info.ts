// What a relay says of itself (NIP-11) as far as it concerns us: how large a message and how long a
// stored answer may be. Asked once, within bounds; a relay that says nothing gets cautious assumptions.
import { get as getHttp, type IncomingMessage } from 'node:http';
import { get as getHttps } from 'node:https';
import { z } from 'zod';
import type { Clock } from '../../conductor/ports.ts';
import { MESSAGE_BYTES_DEFAULT } from '../../protocol/limits.ts';

export interface RelayInfo {
  /** Bytes of the largest message the relay takes. */
  readonly messageBytesMax: number;
  /** From this many events on a stored answer may have been cut short. */
  readonly storedEventsMax: number;
}

/** Common relays stop at 500 stored events. */
export const ASSUMED_INFO: RelayInfo = { messageBytesMax: MESSAGE_BYTES_DEFAULT, storedEventsMax: 500 };

const DOCUMENT_BYTES_MAX = 65_536;
const TIMEOUT_MS = 3_000;

/** A figure below or above is a mistake or a trap, and counts as not said. */
const figure = (least: number) =>
  z
    .number()
    .int()
    .min(least)
    .max(2 ** 31)
    .optional()
    .catch(undefined);

const documentSchema = z.object({
  limitation: z
    .object({ max_message_length: figure(1_024), max_limit: figure(1), default_limit: figure(1) })
    .optional()
    .catch(undefined),
});

function parseInfo(text: string): RelayInfo {
  const { limitation } = documentSchema.parse(JSON.parse(text));
  const stored = Math.min(
    limitation?.max_limit ?? Number.MAX_SAFE_INTEGER,
    limitation?.default_limit ?? Number.MAX_SAFE_INTEGER,
  );
  return {
    messageBytesMax: limitation?.max_message_length ?? ASSUMED_INFO.messageBytesMax,
    storedEventsMax: stored === Number.MAX_SAFE_INTEGER ? ASSUMED_INFO.storedEventsMax : stored,
  };
}

function readBounded(response: IncomingMessage, done: (text: string) => void, fail: (cause: Error) => void): void {
  const pieces: Buffer[] = [];
  let bytes = 0;
  response.on('data', (piece: Buffer) => {
    bytes += piece.length;
    pieces.push(piece);
    if (bytes > DOCUMENT_BYTES_MAX) response.destroy(new RangeError('the document is too long'));
  });
  response.on('end', () => done(Buffer.concat(pieces).toString()));
  response.on('error', fail);
}

/** The relay's own words, or the assumptions with the reason why it had none. Never rejects. */
export function fetchRelayInfo(url: string, clock: Clock): Promise<{ info: RelayInfo; fault?: string }> {
  return new Promise((resolve) => {
    const get = url.startsWith('wss:') ? getHttps : getHttp;
    const settle = (outcome: { info: RelayInfo; fault?: string }) => {
      cancelTimeout();
      request.destroy();
      resolve(outcome);
    };
    const fail = (cause: Error) => settle({ info: ASSUMED_INFO, fault: cause.message });
    const request = get(
      url.replace(/^ws/, 'http'),
      { headers: { accept: 'application/nostr+json' }, agent: false },
      (response) => {
        if (response.statusCode !== 200) {
          fail(new RangeError(`HTTP status ${response.statusCode}`));
          return;
        }
        const done = (text: string) => {
          try {
            settle({ info: parseInfo(text) });
          } catch (cause) {
            fail(cause as Error);
          }
        };
        readBounded(response, done, fail);
      },
    );
    request.on('error', fail);
    const cancelTimeout = clock.after(TIMEOUT_MS, () => fail(new RangeError(`no answer within ${TIMEOUT_MS} ms`)));
  });
}
