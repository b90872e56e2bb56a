// The data of a file in a message: a data URL or bare base64, decoded to a file of its own a piece at a time.
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { homeError } from '../../home.ts';
import { ChatRefusal } from './failure.ts';

/** Bytes of one read of a long text. */
const PIECE_BYTES = 262_144;
const HEADER_CHARS_MAX = 512;
/** Types that are no text, whatever their first bytes look like. */
const NO_TEXT = /^(?:image|audio|video|font)\/|^application\/(?:pdf|zip|gzip|x-tar|msword|vnd\.)/i;

/** Where the data is: held, or in a file. */
export type FileData = { readonly text: string } | { readonly path: string };

async function* piecesOf(data: FileData, from: number): AsyncGenerator<Buffer> {
  if ('text' in data) yield Buffer.from(data.text.slice(from));
  else
    for await (const piece of createReadStream(data.path, { start: from, highWaterMark: PIECE_BYTES }))
      yield piece as Buffer;
}

async function headOf(data: FileData): Promise<string> {
  if ('text' in data) return data.text.slice(0, HEADER_CHARS_MAX);
  const file = await open(data.path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_CHARS_MAX), 0, HEADER_CHARS_MAX, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}

function refused(param: string, reason: string, next: string): ChatRefusal {
  return new ChatRefusal('request-invalid', param, { reason, next });
}

async function* decodeBase64(pieces: AsyncIterable<Buffer>, param: string): AsyncGenerator<Buffer> {
  let rest = '';
  let isOver = false;
  for await (const piece of pieces) {
    const text = rest + piece.toString('latin1').replace(/\s+/g, '');
    const whole = text.length - (text.length % 4);
    rest = text.slice(whole);
    const quads = text.slice(0, whole);
    if (quads !== '' && (isOver || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(quads))) throw notBase64(param);
    isOver ||= quads.endsWith('=');
    yield Buffer.from(quads, 'base64');
  }
  if (rest === '') return;
  if (isOver || rest.length === 1 || !/^[A-Za-z0-9+/_-]*$/.test(rest)) throw notBase64(param);
  yield Buffer.from(rest, 'base64');
}

function notBase64(param: string): ChatRefusal {
  return refused(param, 'the data of the file is not base64', 'send a data URL or base64');
}

async function* decodePercent(pieces: AsyncIterable<Buffer>, param: string): AsyncGenerator<Buffer> {
  let rest = '';
  const decoded = (text: string) =>
    Buffer.from(
      text.replace(/%([0-9a-fA-F]{2})|%/g, (_, digits: string | undefined) => {
        if (digits === undefined)
          throw refused(param, 'a % of the data URL is not followed by two digits', 'send base64');
        return String.fromCharCode(Number.parseInt(digits, 16));
      }),
      'latin1',
    );
  for await (const piece of pieces) {
    const text = rest + piece.toString('latin1');
    const cut = text.lastIndexOf('%') > text.length - 3 ? text.lastIndexOf('%') : text.length;
    rest = text.slice(cut);
    yield decoded(text.slice(0, cut));
  }
  yield decoded(rest);
}

/**
 * Writes what the data stands for. @param param the field, for refusals. @returns its bytes
 * @throws ChatRefusal `request-invalid` | `input-binary`; PylonError `home-unwritable`
 */
export async function decodeFile(data: FileData, path: string, param: string): Promise<number> {
  const head = await headOf(data);
  const header = /^data:([^,]*),/i.exec(head);
  if (header === null && /^data:/i.test(head))
    throw refused(param, 'the data URL has no data', 'send data:text/plain;base64,…');
  const kind = header?.[1] ?? '';
  if (NO_TEXT.test(kind)) throw new ChatRefusal('input-binary', param, { value: kind.split(';')[0] ?? '' });
  const isBase64 = header === null || /;\s*base64\s*$/i.test(kind);
  const pieces = piecesOf(data, header?.[0].length ?? 0);
  const file = await open(path, 'wx', 0o600).catch((thrown: unknown) => {
    throw homeError(thrown, path);
  });
  let bytes = 0;
  try {
    for await (const piece of isBase64 ? decodeBase64(pieces, param) : decodePercent(pieces, param)) {
      bytes += piece.length;
      await file.writeFile(piece).catch((thrown: unknown) => {
        throw homeError(thrown, path);
      });
    }
  } finally {
    await file.close();
  }
  return bytes;
}
