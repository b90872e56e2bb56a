// What two daemons say to each other when runs are synced (docs/sync.md). A request is JSON lines: this header, then events, then
// payloads; an answer tells how much of the run the receiver has. The sender keeps no account of its own.
import { z } from 'zod';
import { canonicalJson } from './canonical.ts';
import { sha256Hex } from './hex.ts';
import type { TraceEvent } from './trace.ts';

export const SYNC_VERSION = 1;
/** Where a daemon takes them, under its public address. */
export const SYNC_PATH = '/api/runs/sync';
export const SYNC_TYPE = 'application/jsonl';

/** Lines are gathered to this much before they are sent: a cut costs no more, and a signature is not much beside it. */
export const SYNC_CHUNK_BYTES = 262_144;
/** And to this many events: reading a thousand takes some ten milliseconds, in which nobody else is served. */
export const SYNC_LINES_MAX = 4_096;
/** Largest body: the longest payload, every character of it escaped, and its frame; a RunInit that names 50,000 files. */
export const SYNC_BODY_BYTES_MAX = 8_388_608;
/** Payloads asked after at a time: their hashes are some 64 KB. */
export const SYNC_HASHES_MAX = 1_000;
/** Most that one run may take at a receiver: the trace of 100,000 sub-queries is half of it. */
export const SYNC_RUN_BYTES_MAX = 536_870_912;
/** Charged for each request that brings something: a million tiny ones must not cost less than they take. */
export const SYNC_REQUEST_BYTES = 512;

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const seq = z.number().int().min(0);

export const syncHeaderSchema = z.strictObject({
  v: z.literal(SYNC_VERSION),
  run: z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/),
  /** Seq of the first event that follows; where none does, nothing is told by it. */
  from_seq: seq,
  /** What `chainNext` gives of all events before `from_seq`. */
  prefix: hash,
  /** Payloads that could be sent. */
  offers: z.array(hash).max(SYNC_HASHES_MAX),
});
export type SyncHeader = z.infer<typeof syncHeaderSchema>;

export const syncStandingSchema = z.object({
  run: z.string(),
  /** The first event that is lacking. */
  next_seq: seq,
  /** Of all events before it. */
  chain: hash,
  /** The run is in the receiver's history. */
  complete: z.boolean(),
  /** Of the payloads offered, those the run names and the receiver has not. */
  lacks: z.array(hash).max(SYNC_HASHES_MAX),
});
export type SyncStanding = z.infer<typeof syncStandingSchema>;

/** The chain of a trace without events. */
export const CHAIN_BEGIN = sha256Hex('pylon/sync/v1');

/** Two traces with the same chain after the same number of events are the same as far as that. */
export function chainNext(chain: string, event: TraceEvent): string {
  return sha256Hex(`${chain}${canonicalJson(event)}`);
}
