// The body of a chat request on its way to the disk: what is long goes to files, the rest is a small value.
import { type FileHandle, open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { PylonError } from '../../../protocol/errors.ts';
import { homeError } from '../../home.ts';
import type { MessageTexts } from '../../input/message-texts.ts';
import { JsonSpooler, type Piece, type SpooledJson } from './json-spooler.ts';

/** Of one request; what is longer is named as a file (`pylon.files`). */
const CHAT_BODY_BYTES_MAX = 134_217_728;

export interface SpooledBody {
  readonly value: SpooledJson;
  /** Number of the first text that is free. */
  readonly nextText: number;
}

/** Long texts come one after the other, so one file at a time is open. */
class TextFiles {
  readonly #texts: MessageTexts;
  #index = -1;
  #file: FileHandle | undefined;

  constructor(texts: MessageTexts) {
    this.#texts = texts;
  }

  async write({ index, bytes }: Piece): Promise<void> {
    try {
      if (index !== this.#index) {
        await this.close();
        this.#file = await open(this.#texts.pathOf(index), 'wx', 0o600);
        this.#index = index;
      }
      await this.#file?.writeFile(bytes);
    } catch (thrown) {
      throw homeError(thrown, this.#texts.folder);
    }
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }
}

function tooLarge(bytesMax: number): PylonError {
  return new PylonError('request-too-large', { reason: `the body is larger than ${bytesMax} bytes` });
}

/** @throws PylonError `request-too-large` | `request-invalid` | `home-unwritable` */
export async function spoolBody(
  body: Readable,
  contentLength: string | undefined,
  texts: MessageTexts,
  bytesMax = CHAT_BODY_BYTES_MAX,
): Promise<SpooledBody> {
  if (Number(contentLength ?? 0) > bytesMax) throw tooLarge(bytesMax);
  const spooler = new JsonSpooler();
  const files = new TextFiles(texts);
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += (chunk as Buffer).length;
      if (bytes > bytesMax) throw tooLarge(bytesMax);
      for (const piece of spooler.push(chunk as Buffer)) await files.write(piece);
    }
    return { value: spooler.end(), nextText: spooler.texts };
  } catch (thrown) {
    if (thrown instanceof PylonError) throw thrown;
    throw new PylonError('request-invalid', { reason: 'the request broke off', cause: thrown });
  } finally {
    await files.close();
  }
}
