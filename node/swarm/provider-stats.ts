// What became of the requests a provider has seen, counted since its start.

interface ProviderStats {
  /** Results signed. */
  done: number;
  /** Requests answered with an error. */
  refused: number;
  failed: number;
  /** Requests answered with what their customer is to pay first. */
  unpaid: number;
  cancelled: number;
  /** Requests seen again. */
  repeated: number;
  /** Requests void for long, or beyond what can be remembered: not answered at all. */
  ignored: number;
}

export function newStats(): ProviderStats {
  return { done: 0, refused: 0, failed: 0, unpaid: 0, cancelled: 0, repeated: 0, ignored: 0 };
}
