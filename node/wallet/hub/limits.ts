// Every ceiling of the hub, each with its reason. Whoever opens a hub may change them.

export interface HubLimits {
  /** Requests of one connection a second, and as many at once: about what the hub can do in all. */
  readonly requestsPerSecond: number;
  /** Refusals told a second, to strangers all together and to each connection past its rate; the rest hears nothing. */
  readonly refusalsPerSecond: number;
  /** Requests under way at a time: past it the disk or the relay does not follow. */
  readonly inFlightMax: number;
  /** Longest life of an invoice: a month. */
  readonly expirySecondsMax: number;
  /** How long a hold invoice may keep a payer's money: the 18 blocks that its BOLT11 text names. */
  readonly holdSeconds: number;
  /** Invoices of one account that nobody has paid: each is a row on disk. */
  readonly unpaidInvoicesMax: number;
  /** How long an unpaid invoice can still be looked up after it expired: a day. */
  readonly unpaidKeptSeconds: number;
  /** Connections in all. */
  readonly connectionsMax: number;
  /** Connections of one account: each hears of each of its payments. */
  readonly membersMax: number;
}

export const HUB_LIMITS: HubLimits = {
  requestsPerSecond: 1_000,
  refusalsPerSecond: 20,
  inFlightMax: 256,
  expirySecondsMax: 2_592_000,
  holdSeconds: 10_800,
  unpaidInvoicesMax: 100_000,
  unpaidKeptSeconds: 86_400,
  connectionsMax: 10_000,
  membersMax: 100,
};

/** An invoice lives an hour unless told otherwise (BOLT11). */
export const EXPIRY_SECONDS_DEFAULT = 3_600;

/** A request that names no expiration is void this long after it was made. */
export const REQUEST_SECONDS = 60;

/** And one that does, however far away, after a day: its id has to be remembered until then. */
export const REQUEST_SECONDS_MAX = 86_400;

/** Longest sealed request: the longest invoice in JSON, padded and in base64, several times over. */
export const REQUEST_CHARS_MAX = 32_768;

/** Payers' requests that wait for one hold invoice: a payer asks again now and then, nobody a hundred times. */
export const WAITING_MAX = 16;
