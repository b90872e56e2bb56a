// The Corpus port over files on disk: streamed as often as needed, read back at any byte range, and
// refused as changed when a file is no longer what it was when it was collected.
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Corpus } from '../../conductor/ports.ts';
import { PylonError } from '../../protocol/errors.ts';
import type { InputFile } from '../../protocol/run.ts';
import type { CollectedFile } from './collect.ts';

/** Bytes of one read: large enough to be fast, small enough that many files in flight stay small. */
const READ_BYTES = 262_144;

export class FileCorpus implements Corpus {
  readonly files: readonly InputFile[];
  readonly #collected: readonly CollectedFile[];

  constructor(collected: readonly CollectedFile[]) {
    this.#collected = collected;
    this.files = collected.map(({ path, bytes }) => ({ path, bytes }));
  }

  /** A log may grow while it is read: the bytes that were counted are still there. Less than them is a change. */
  async #unchanged(file: number): Promise<CollectedFile> {
    const collected = this.#collected[file]!;
    const now = await stat(collected.location).catch((cause: unknown) => {
      throw new PylonError('input-unreadable', { value: collected.path, cause });
    });
    if (now.size < collected.bytes) throw new PylonError('input-changed', { value: collected.path });
    return collected;
  }

  async *open(file: number): AsyncGenerator<Uint8Array> {
    const { location, path, bytes } = await this.#unchanged(file);
    let streamed = 0;
    try {
      // `end` keeps a file that grows while it is read to the bytes that were counted.
      for await (const piece of createReadStream(location, { highWaterMark: READ_BYTES, end: bytes - 1 })) {
        streamed += (piece as Buffer).length;
        yield piece as Buffer;
      }
    } catch (cause) {
      throw cause instanceof PylonError ? cause : new PylonError('input-unreadable', { value: path, cause });
    }
    if (streamed !== bytes) throw new PylonError('input-changed', { value: path });
  }

  async read(file: number, startByte: number, endByte: number): Promise<Uint8Array> {
    const { location, path } = await this.#unchanged(file);
    const handle = await open(location, 'r').catch((cause: unknown) => {
      throw new PylonError('input-unreadable', { value: path, cause });
    });
    try {
      const { buffer, bytesRead } = await handle.read(
        Buffer.alloc(endByte - startByte),
        0,
        endByte - startByte,
        startByte,
      );
      if (bytesRead !== endByte - startByte) throw new PylonError('input-changed', { value: path });
      return buffer;
    } finally {
      await handle.close();
    }
  }
}
