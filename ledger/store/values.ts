// How a value looks in the store: one version byte, then msgpack. Maps are written with their keys (no
// record mode), so that a value can be read without anything that was in memory when it was written.
import { Packr, RESERVE_START_SPACE } from 'msgpackr';
import { PylonError } from '../../protocol/errors.ts';

const VALUE_VERSION = 1;
const packr = new Packr({ useRecords: false });

/** One version byte and the value. */
export function encodeValue(value: unknown): Uint8Array {
  const bytes = packr.pack(value, RESERVE_START_SPACE + 1);
  bytes[0] = VALUE_VERSION;
  return bytes;
}

/** @param key named in the error. @throws PylonError `store-corrupt` */
export function decodeValue(bytes: Uint8Array, key: string): unknown {
  if (bytes[0] !== VALUE_VERSION) {
    throw new PylonError('store-corrupt', {
      value: key,
      reason: `a value of the store has version ${bytes[0] ?? 'none'}, this Pylon reads version ${VALUE_VERSION}`,
    });
  }
  try {
    return packr.unpack(bytes.subarray(1));
  } catch (thrown) {
    throw new PylonError('store-corrupt', { value: key, reason: 'a value of the store is damaged', cause: thrown });
  }
}
