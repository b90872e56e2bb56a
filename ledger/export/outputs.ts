// artifacts/outputs.jsonl: the payloads a trace names by their hash, one a line, in the order it names them. One
// file and not one each: making thousands of small files costs more than the whole run that they come from.
import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import { z } from 'zod';
import { PylonError } from '../../protocol/errors.ts';
import { sha256Hex } from '../../protocol/event.ts';
import { ARTIFACT_BYTES_MAX, TRACE_BYTES_MAX, TRACE_LINE_BYTES_MAX } from '../../protocol/limits.ts';
import { plainLines } from './read-plain.ts';

const FILE_MODE = 0o600;
/** Characters gathered before they are written. */
const BUFFER_CHARS = 65_536;

const outputSchema = z.strictObject({
  sha256: z.string(),
  text: z.string().optional(),
  /** Instead of `text`, for bytes that are not UTF-8. */
  base64: z.base64().optional(),
});

export function outputLine(sha256: string, bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const payload = isUtf8(buffer) ? { text: buffer.toString() } : { base64: buffer.toString('base64') };
  return `${JSON.stringify({ sha256, ...payload })}\n`;
}

/** Writes those of the payloads that are kept. */
export async function writeOutputs(
  path: string,
  hashes: Iterable<string>,
  read: (hash: string) => Promise<Uint8Array | undefined>,
): Promise<void> {
  await writeLines(path, async function* () {
    for (const hash of hashes) {
      const bytes = await read(hash);
      if (bytes !== undefined) yield outputLine(hash, bytes);
    }
  });
}

/** A new file (0600) of lines that come one by one. @throws the system's error */
export async function writeLines(path: string, lines: () => AsyncIterable<string>): Promise<void> {
  const file = await open(path, 'wx', FILE_MODE);
  try {
    let buffer = '';
    for await (const line of lines()) {
      buffer += line;
      if (buffer.length < BUFFER_CHARS) continue;
      await file.writeFile(buffer); // goes on where the last one ended
      buffer = '';
    }
    await file.writeFile(buffer);
  } finally {
    await file.close();
  }
}

/** The payloads of the file, each what its hash says. @throws PylonError `run-folder-invalid` */
export async function* readOutputs(path: string): AsyncGenerator<readonly [hash: string, bytes: Uint8Array]> {
  let number = 0;
  for await (const line of plainLines(path, TRACE_BYTES_MAX, TRACE_LINE_BYTES_MAX)) {
    number++;
    yield parseOutput(line, `${path}:${number}`);
  }
}

/** What `outputLine` wrote. @param place named in errors. @throws PylonError `run-folder-invalid` */
export function parseOutput(line: string, place: string): readonly [hash: string, bytes: Uint8Array] {
  const invalid = (reason: string, cause?: unknown) =>
    new PylonError('run-folder-invalid', { value: place, reason, cause });
  let raw: unknown;
  try {
    raw = JSON.parse(line);
  } catch (thrown) {
    throw invalid('a line is not JSON', thrown);
  }
  const output = outputSchema.safeParse(raw);
  if (!output.success) throw invalid('a line is not a payload', output.error);
  const { sha256, text, base64 } = output.data;
  const bytes = text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text);
  if (bytes.byteLength > ARTIFACT_BYTES_MAX) throw invalid(`a payload is larger than ${ARTIFACT_BYTES_MAX} bytes`);
  if (sha256Hex(bytes) !== sha256) throw invalid('a payload is not what its hash says');
  return [sha256, bytes];
}
