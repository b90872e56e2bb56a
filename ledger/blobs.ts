// Payloads too large for a trace event, kept under their sha256 and believed only when it still fits.
import { PylonError } from '../protocol/errors.ts';
import { sha256Hex } from '../protocol/event.ts';
import { blobKey, lastPart, usesOfBlob } from './store/keys.ts';
import { del, type Row, type Store } from './store/store.ts';

/** The payload with this hash, undefined when it is not kept. @throws PylonError `store-corrupt` when it changed */
export async function readBlob(store: Store, hash: string): Promise<Uint8Array | undefined> {
  const bytes = await store.bytes(blobKey(hash));
  if (bytes !== undefined && sha256Hex(bytes) !== hash)
    throw new PylonError('store-corrupt', { value: blobKey(hash), reason: 'a payload of the store is damaged' });
  return bytes;
}

/** Removes those of a run's blobs that no other run's trace names. */
export async function unusedBlobRows(store: Store, hashes: Iterable<string>, runId: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const hash of hashes) {
    let shared = false;
    for await (const key of store.keys(usesOfBlob(hash), { limit: 2 })) shared ||= lastPart(key) !== runId;
    if (!shared) rows.push(del(blobKey(hash)));
  }
  return rows;
}
