// What one relay did, in numbers: the evidence on which it is judged, and what an operator sees of a hostile one.

export interface RelayStats {
  /** Connections that were opened, and attempts that failed or ended in a cut. */
  opened: number;
  lost: number;
  /** Messages of any kind. */
  messages: number;
  /** Verified events handed on. */
  events: number;
  duplicates: number;
  /** Well-formed events that no subscriber had a use for: late, or meant for somebody else. */
  unwanted: number;
  /** Events that match no filter of their subscription. */
  unasked: number;
  /** Events without the structure of one. */
  invalid: number;
  /** Events whose id or signature does not hold. */
  forged: number;
  /** Events further ahead than clocks drift. */
  future: number;
  /** Messages larger than any we asked for. */
  oversized: number;
  /** Messages that are no Nostr messages. */
  garbage: number;
  notices: number;
}

export function newRelayStats(): RelayStats {
  return {
    opened: 0,
    lost: 0,
    messages: 0,
    events: 0,
    duplicates: 0,
    unwanted: 0,
    unasked: 0,
    invalid: 0,
    forged: 0,
    future: 0,
    oversized: 0,
    garbage: 0,
    notices: 0,
  };
}
