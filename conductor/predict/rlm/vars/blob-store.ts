// Where the kernel keeps what is too long for its state: by the sha256 of its bytes, each once, and no more than fits in memory.
import { PylonError } from '../../../../protocol/errors.ts';
import { sha256Hex } from '../../../../protocol/event.ts';

export type BlobKind = 'text' | 'table' | 'list';

/** Names bytes of the store; what a variable holds instead of them. */
export interface BlobRef {
  readonly hash: string;
  readonly bytes: number;
  readonly kind: BlobKind;
}

/** All blobs of one exploration: twice the records of every line of 10 MB, and the process stays small. */
export const BLOB_BYTES_MAX = 67_108_864;

interface Kept {
  readonly bytes: Uint8Array;
  uses: number;
}

export class BlobStore {
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  /** Bytes held now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Keeps bytes, one use of them. @throws PylonError `exploration-too-large` when there is no room; nothing is kept then */
  put(bytes: Uint8Array, kind: BlobKind): BlobRef {
    const hash = sha256Hex(bytes);
    const kept = this.#kept.get(hash);
    if (kept) kept.uses++;
    else {
      if (this.#bytes + bytes.length > BLOB_BYTES_MAX)
        throw new PylonError('exploration-too-large', {
          value: String(bytes.length),
          reason: `the variables of an exploration may hold ${BLOB_BYTES_MAX} bytes; there are ${this.#bytes} already`,
        });
      this.#kept.set(hash, { bytes, uses: 1 });
      this.#bytes += bytes.length;
    }
    return { hash, bytes: bytes.length, kind };
  }

  /** @throws PylonError `internal` for what is not there: a ref is only got by keeping */
  get({ hash }: BlobRef): Uint8Array {
    const kept = this.#kept.get(hash);
    if (!kept) throw new PylonError('internal', { value: hash, reason: 'a blob is not there any more' });
    return kept.bytes;
  }

  /** One use less; without any the bytes are gone. */
  release({ hash }: BlobRef): void {
    const kept = this.#kept.get(hash);
    if (!kept || --kept.uses > 0) return;
    this.#kept.delete(hash);
    this.#bytes -= kept.bytes.length;
  }
}
