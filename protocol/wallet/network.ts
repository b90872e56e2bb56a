// Lightning's networks, by the name NIP-47 gives them.

export const NETWORKS = ['mainnet', 'testnet', 'signet', 'regtest'] as const;

/** `regtest` is play money here, and is always called so. */
export type Network = (typeof NETWORKS)[number];
