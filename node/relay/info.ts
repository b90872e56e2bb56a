// The relay's NIP-11 document: who it is and which limits it enforces, written from the limits in use.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { TAGS_MAX } from '../../protocol/limits.ts';
import type { RelayLimits } from './limits.ts';

export interface InfoSource {
  readonly name: string;
  readonly version: string;
  readonly limits: RelayLimits;
  readonly authRequired: boolean;
}

/** What is supported; NIP-13 only where work is asked for. */
const NIPS = [1, 9, 11, 40, 42, 45, 70];

/** The document as NIP-11 has it; under `pylon` stand the enforced limits it has no name for. */
function infoDocument({ name, version, limits, authRequired }: InfoSource): Record<string, unknown> {
  return {
    name,
    description: 'A Nostr relay for NIP-90 jobs.',
    software: 'pylon',
    version,
    supported_nips: limits.workBitsMin > 0 ? [...NIPS, 13].sort((left, right) => left - right) : NIPS,
    limitation: {
      max_message_length: limits.messageBytesMax,
      max_subscriptions: limits.subscriptionsMax,
      max_filters: limits.filtersMax,
      max_subid_length: limits.subscriptionIdCharsMax,
      max_limit: limits.storedEventsMax,
      default_limit: limits.storedEventsMax,
      max_event_tags: TAGS_MAX,
      min_pow_difficulty: limits.workBitsMin,
      auth_required: authRequired,
      payment_required: false,
      restricted_writes: authRequired,
      created_at_upper_limit: limits.futureSecondsMax,
    },
    pylon: {
      max_filter_values: limits.filterValuesMax,
      max_connections: limits.connectionsMax,
      max_buffered_bytes: limits.bufferedBytesMax,
      max_authenticated_pubkeys: limits.pubkeysMax,
      ...(limits.messagesPerSecondMax > 0 ? { max_messages_per_second: limits.messagesPerSecondMax } : {}),
    },
  };
}

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*',
  'access-control-allow-methods': 'GET, HEAD, OPTIONS',
};

/** Answers plain HTTP on the relay's address: the document to whoever asks for it, a hint to a browser. */
export function answerInfo(request: IncomingMessage, response: ServerResponse, source: InfoSource): void {
  if (request.method === 'OPTIONS') {
    response.writeHead(204, CORS).end();
  } else if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { ...CORS, allow: 'GET, HEAD, OPTIONS' }).end();
  } else if (request.headers.accept?.includes('application/nostr+json') === true) {
    response
      .writeHead(200, { ...CORS, 'content-type': 'application/nostr+json', vary: 'accept' })
      .end(JSON.stringify(infoDocument(source)));
  } else {
    response
      .writeHead(200, { ...CORS, 'content-type': 'text/plain; charset=utf-8', vary: 'accept' })
      .end(`${source.name}: a Nostr relay. Connect with a Nostr client over ws://.\n`);
  }
}
