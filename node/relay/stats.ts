// The relay's counters: what came in, what was refused and why, what went out, what was given up.

export interface RelayCounters {
  connectionsOpened: number;
  /** Upgrades turned away because `connectionsMax` were open. */
  connectionsRefused: number;
  eventsReceived: number;
  eventsAccepted: number;
  duplicates: number;
  /** Refused by structure, policy, deletion or age; forged ones are counted apart. */
  eventsRefused: number;
  forgeries: number;
  requests: number;
  requestsRefused: number;
  /** EVENT messages sent to subscribers, stored and live. */
  eventsSent: number;
  /** Messages that were no Nostr message. */
  garbage: number;
  /** Messages over the size limit. */
  oversized: number;
  /** Readers cut off because too much waited for them. */
  slowReaders: number;
  /** Faults of the store and of hooks. */
  faults: number;
}

export function newCounters(): RelayCounters {
  return {
    connectionsOpened: 0,
    connectionsRefused: 0,
    eventsReceived: 0,
    eventsAccepted: 0,
    duplicates: 0,
    eventsRefused: 0,
    forgeries: 0,
    requests: 0,
    requestsRefused: 0,
    eventsSent: 0,
    garbage: 0,
    oversized: 0,
    slowReaders: 0,
    faults: 0,
  };
}
