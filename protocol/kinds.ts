// The event kinds that Pylon speaks, by the name their NIP gives them.

/** NIP-09: deletion request; for jobs it is the cancel. */
export const KIND_DELETION = 5;
/** NIP-42: authentication, never stored and never sent on. */
export const KIND_AUTH = 22242;
/** NIP-47: what a wallet service can do; replaceable. */
export const KIND_WALLET_INFO = 13194;
/** NIP-47: request to a wallet service. */
export const KIND_WALLET_REQUEST = 23194;
/** NIP-47: its response. */
export const KIND_WALLET_RESPONSE = 23195;
/** NIP-47: notification under NIP-04, for clients that know nothing newer. */
export const KIND_WALLET_NOTIFICATION_LEGACY = 23196;
/** NIP-47: notification under NIP-44. */
export const KIND_WALLET_NOTIFICATION = 23197;
/** NIP-98: HTTP requests that a key signed; never published. */
export const KIND_HTTP_AUTH = 27235;
/** NIP-89: handler information; a provider's announcement. */
export const KIND_HANDLER = 31990;
/** NIP-90: text generation, accepted by providers for other clients. */
export const KIND_TEXT_REQUEST = 5050;
/** Pylon's RLM chunk job (docs/protocol.md). */
export const KIND_CHUNK_REQUEST = 5940;
/** Result of a chunk job: request kind + 1000 (NIP-90). */
export const KIND_CHUNK_RESULT = 6940;
/** NIP-90: job feedback. */
export const KIND_FEEDBACK = 7000;

/** NIP-01: stored as the latest one per author and kind. */
export function isReplaceable(kind: number): boolean {
  return kind === 0 || kind === 3 || (kind >= 10000 && kind < 20000);
}

/** NIP-01: handed to live subscribers, never stored. */
export function isEphemeral(kind: number): boolean {
  return kind >= 20000 && kind < 30000;
}

/** NIP-01: stored as the latest one per author, kind and `d` tag. */
export function isAddressable(kind: number): boolean {
  return kind >= 30000 && kind < 40000;
}
