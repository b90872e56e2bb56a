// Values that are too long to stand in a trace: their canonical JSON, cut between characters into payloads of the run that are named by
// their hash, and put together again.
import { canonicalJson } from '../../../../protocol/canonical.ts';
import { PylonError } from '../../../../protocol/errors.ts';
import { sha256Hex } from '../../../../protocol/event.ts';
import { ARTIFACT_BYTES_MAX } from '../../../../protocol/limits.ts';
import type { Elsewhere } from '../../../../protocol/rlm-trace.ts';
import { characterEnd } from '../look/blocks.ts';

/** A payload that is kept with the run, under the sha256 (hex) of its bytes. */
export type KeepPayload = (hash: string, bytes: Uint8Array) => void;
/** @returns undefined where it is gone */
export type ReadPayload = (hash: string) => Promise<Uint8Array | undefined>;

/** A value whose JSON is longer does not stand in the trace itself. */
export const INLINE_BYTES_MAX = 8_192;
/** Payloads of one value: four gigabytes, more than a process holds. */
const JOINED_BYTES_MAX = 536_870_912;

export function keepElsewhere(json: string, keep: KeepPayload): Elsewhere {
  const bytes = Buffer.from(json);
  const payloads: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = characterEnd(bytes, Math.min(bytes.length, at + ARTIFACT_BYTES_MAX));
    const piece = bytes.subarray(at, end);
    const hash = sha256Hex(piece);
    keep(hash, piece);
    payloads.push(hash);
    at = end;
  }
  return { payloads, bytes: bytes.length };
}

/** @throws PylonError `rlm-trace-invalid` where a payload is gone, is another, or the whole is no JSON */
export async function readElsewhere({ payloads, bytes }: Elsewhere, read: ReadPayload): Promise<unknown> {
  if (bytes > JOINED_BYTES_MAX) throw invalid(`a value of ${bytes} bytes is larger than any that is written`);
  const pieces: Uint8Array[] = [];
  let size = 0;
  for (const hash of payloads) {
    const piece = await read(hash);
    if (piece === undefined) throw invalid(`the payload ${hash} is not there`);
    if (sha256Hex(piece) !== hash) throw invalid(`the payload ${hash} is another`);
    size += piece.length;
    if (size > bytes) throw invalid('the payloads are larger than told');
    pieces.push(piece);
  }
  return parseJson(Buffer.concat(pieces).toString());
}

/** @throws PylonError `rlm-trace-invalid` */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PylonError('rlm-trace-invalid', { reason: 'the trace of the exploration is not JSON', cause });
  }
}

export function invalid(reason: string): PylonError {
  return new PylonError('rlm-trace-invalid', { reason });
}

/** The value itself where it is short, else where it was put. */
export function placed(value: unknown, keep: KeepPayload): { result: unknown } | { elsewhere: Elsewhere } {
  const json = canonicalJson(value);
  return json.length <= INLINE_BYTES_MAX ? { result: value } : { elsewhere: keepElsewhere(json, keep) };
}
