// The event kinds that Pylon speaks, by the name their NIP gives them.

/** NIP-09: deletion request; for jobs it is the cancel. */
export const KIND_DELETION = 5;
/** NIP-42: authentication, never stored and never sent on. */
export const KIND_AUTH = 22242;
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
