// Reading files of a folder that somebody else made: only plain files (a link could lead anywhere, a pipe
// could block forever), only up to a size, only valid UTF-8.
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { PylonError } from '../../protocol/errors.ts';
import { errnoOf, systemReason } from '../store/fault.ts';

const READ_BYTES = 65_536;
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const NEWLINE = 0x0a;

function invalid(path: string, reason: string, cause?: unknown): PylonError {
  return new PylonError('run-folder-invalid', { value: path, reason, cause });
}

/** @returns undefined when there is no such file. @throws PylonError `run-folder-invalid` */
async function openPlain(path: string, bytesMax: number): Promise<FileHandle | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, FLAGS);
  } catch (thrown) {
    const errno = errnoOf(thrown);
    if (errno === 'ENOENT') return undefined;
    if (errno === 'ELOOP' || errno === 'EMLINK') throw invalid(path, 'a file of the folder is a symbolic link', thrown);
    throw invalid(path, `a file of the folder cannot be read, ${systemReason(thrown) ?? errno}`, thrown);
  }
  const found = await file.stat();
  if (found.isFile() && found.size <= bytesMax) return file;
  await file.close();
  throw invalid(path, found.isFile() ? `a file of the folder is larger than ${bytesMax} bytes` : 'this is not a file');
}

/** The bytes of a small file, undefined when there is none. @throws PylonError `run-folder-invalid` */
export async function readPlain(path: string, bytesMax: number): Promise<Uint8Array | undefined> {
  const file = await openPlain(path, bytesMax);
  if (file === undefined) return undefined;
  try {
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/**
 * The lines of a file, without their newlines; the last may lack one.
 * @throws PylonError `run-folder-invalid` when it is missing, too large, not UTF-8, or has a line that is too long
 */
export async function* plainLines(path: string, bytesMax: number, lineBytesMax: number): AsyncGenerator<string> {
  const file = await openPlain(path, bytesMax);
  if (file === undefined) throw invalid(path, 'the folder lacks this file');
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const decode = (bytes: Uint8Array) => {
    try {
      return decoder.decode(bytes);
    } catch (thrown) {
      throw invalid(path, 'a line is not valid UTF-8', thrown);
    }
  };
  try {
    let pieces: Uint8Array[] = [];
    let length = 0;
    for (let position = 0; position < bytesMax; ) {
      const block = new Uint8Array(READ_BYTES);
      const { bytesRead } = await file.read(block, 0, READ_BYTES, position);
      if (bytesRead === 0) break;
      position += bytesRead;
      let begin = 0;
      for (let end = block.indexOf(NEWLINE); end >= 0 && end < bytesRead; end = block.indexOf(NEWLINE, begin)) {
        pieces.push(block.subarray(begin, end));
        yield decode(pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces));
        pieces = [];
        length = 0;
        begin = end + 1;
      }
      pieces.push(block.subarray(begin, bytesRead));
      length += bytesRead - begin;
      if (length > lineBytesMax) throw invalid(path, `a line is longer than ${lineBytesMax} bytes`);
    }
    if (length > 0) yield decode(Buffer.concat(pieces));
  } finally {
    await file.close();
  }
}
