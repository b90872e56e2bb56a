// Parts of the input as one text for a model, and the way back from a line of that text to the bytes of a file.
import { sha256Hex } from '../../protocol/event.ts';
import type { SpanRef } from '../../protocol/span.ts';
import { preview } from '../../protocol/text.ts';
import { countFeeds, linesIn } from '../cut/chunks.ts';
import type { Corpus } from '../ports.ts';
import { characterEnd } from '../predict/rlm/look/blocks.ts';
import type { QuotedPlace } from '../run/cite.ts';

const LINE_FEED = 10;
const NAME_CHARS_MAX = 200;

/** Whole lines of one file. */
export interface ShownPart {
  readonly file: number;
  readonly path: string;
  readonly startByte: number;
  /** 1-based. */
  readonly startLine: number;
  readonly bytes: Buffer;
}

interface Placed extends ShownPart {
  /** Line of the text (1-based) where it begins, and how many it takes. */
  readonly at: number;
  readonly lines: number;
}

export class Shown {
  readonly #parts: Placed[] = [];
  readonly text: string;

  /** Of several parts each has a line with its name above it, which is no text of the input. */
  constructor(parts: readonly ShownPart[]) {
    let at = 1;
    const texts: string[] = [];
    for (const part of parts) {
      if (part.bytes.length === 0) continue;
      if (parts.length > 1) {
        texts.push(`==> ${preview(part.path, NAME_CHARS_MAX)} <==\n`);
        at++;
      }
      const lines = linesIn(part.bytes);
      this.#parts.push({ ...part, at, lines });
      at += lines;
      const text = part.bytes.toString('utf8');
      texts.push(text.endsWith('\n') ? text : `${text}\n`);
    }
    this.text = texts.join('');
  }

  get bytes(): number {
    return this.#parts.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  spans(): SpanRef[] {
    return this.#parts.map(({ path, startByte, startLine, bytes, lines }, index) => ({
      id: `v${index}`,
      path,
      start_line: startLine,
      end_line: startLine + lines - 1,
      start_byte: startByte,
      end_byte: startByte + bytes.length,
      content_hash: sha256Hex(bytes),
    }));
  }

  /** Where a quote stands: in the part that has the line, from that line on, else anywhere. Undefined when it is in none. */
  find(quote: string, line: number | undefined): QuotedPlace | undefined {
    if (quote.trim() === '') return undefined;
    const wanted = Buffer.from(quote);
    const named =
      line === undefined ? undefined : this.#parts.find((part) => line >= part.at && line < part.at + part.lines);
    const hinted = named === undefined ? undefined : placeIn(named, wanted, quote, line! - named.at);
    if (hinted !== undefined) return hinted;
    for (const part of this.#parts) {
      const found = placeIn(part, wanted, quote, 0);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** @param fromLine lines of the part that come before (0-based) */
function placeIn(part: Placed, wanted: Buffer, quote: string, fromLine: number): QuotedPlace | undefined {
  let from = 0;
  for (let line = 0; line < fromLine; line++) from = part.bytes.indexOf(LINE_FEED, from) + 1;
  const at = part.bytes.indexOf(wanted, from);
  if (at < 0) return undefined;
  const startLine = part.startLine + countFeeds(part.bytes.subarray(0, at));
  // A quote that ends with its line feed still ends on the line before it.
  const endLine = startLine + countFeeds(wanted.subarray(0, -1));
  const startByte = part.startByte + at;
  return { file: part.file, startByte, endByte: startByte + wanted.length, startLine, endLine, quote };
}

/** The beginning of a file, cut behind its last whole line that fits, or inside a line that is longer. */
async function headOf(corpus: Corpus, file: number, bytesMax: number): Promise<Buffer> {
  const known = corpus.files[file]!;
  if (known.bytes <= bytesMax) return Buffer.from(await corpus.read(file, 0, known.bytes));
  const head = Buffer.from(await corpus.read(file, 0, bytesMax));
  const feed = head.lastIndexOf(LINE_FEED);
  return head.subarray(0, feed < 0 ? characterEnd(head, head.length) : feed + 1);
}

/** As much of the input as fits, from its beginning, in whole lines. @throws PylonError `input-changed` | `input-unreadable` */
export async function showHead(corpus: Corpus, bytesMax: number, signal: AbortSignal): Promise<Shown> {
  const parts: ShownPart[] = [];
  let left = bytesMax;
  for (const [file, { path }] of corpus.files.entries()) {
    signal.throwIfAborted();
    if (left <= 0) break;
    const bytes = await headOf(corpus, file, left);
    parts.push({ file, path, startByte: 0, startLine: 1, bytes });
    left -= bytes.length;
    if (bytes.length < corpus.files[file]!.bytes) break;
  }
  return new Shown(parts);
}
