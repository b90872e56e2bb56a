// Chunks made ready to be asked: their text with its neighbouring lines, what surrounds them, and the
// SpanRef that names their bytes. A corpus streams through here a few chunks at a time.
import { sha256Hex } from '../../protocol/event.ts';
import type { SpanRef } from '../../protocol/span.ts';
import type { Corpus } from '../ports.ts';
import { type ChunkContext, HeadingTracker, OVERLAP_LINES } from '../search/context.ts';
import type { TextKind } from '../search/kind.ts';
import { type Chunk, Chunker, type ChunkSize, countFeeds, linesIn } from './chunks.ts';
import { type Part, piecesOf } from './parts.ts';

export interface Fragment {
  /** Number of the chunk in the run, in the order of the input. */
  readonly index: number;
  readonly file: number;
  /** The chunk's own bytes: what coverage counts. */
  readonly span: SpanRef;
  /** What is sent: neighbouring lines, the chunk, neighbouring lines. */
  readonly text: string;
  readonly textBytes: Buffer;
  readonly textStartByte: number;
  readonly textStartLine: number;
  readonly context: ChunkContext;
}

/** How a corpus is cut; the kinds come from the survey, one per file. */
export interface Cutting extends ChunkSize {
  /** Parts of the input, apart from each other and in order; all of it when absent. */
  readonly parts?: readonly Part[];
  /** Number of the first chunk; 0 when absent. */
  readonly firstIndex?: number;
  /** Nothing is cut from this number on. */
  readonly endIndex?: number;
  /** Lines that neighbours share; by the kind of the text when absent. */
  readonly overlapLines?: number;
  kindOf(file: number): TextKind;
}

class FragmentMaker {
  readonly #file: number;
  readonly #path: string;
  readonly #kind: TextKind;
  readonly #tracker = new HeadingTracker();
  /** The last text made, of which the heading tracker has not seen all, and where in the file it begins. */
  #unseenBytes: Buffer = Buffer.alloc(0);
  #unseenStart = 0;

  constructor(file: number, path: string, kind: TextKind) {
    this.#file = file;
    this.#path = path;
    this.#kind = kind;
  }

  make(index: number, chunk: Chunk): Fragment {
    const textBytes =
      chunk.before.length + chunk.after.length === 0
        ? chunk.bytes
        : Buffer.concat([chunk.before, chunk.bytes, chunk.after]);
    const textStartByte = chunk.startByte - chunk.before.length;
    const text = textBytes.toString('utf8');
    const coreStart = chunk.before.toString('utf8').length;
    const context: ChunkContext = {
      kind: this.#kind,
      ...this.#surroundings(textStartByte),
      offsetInLine: chunk.before.length === 0 ? chunk.offsetInLine : 0,
      coreStart,
      coreEnd: text.length - chunk.after.toString('utf8').length,
    };
    this.#remember(textBytes, textStartByte);
    return {
      index,
      file: this.#file,
      span: this.#span(index, chunk),
      text,
      textBytes,
      textStartByte,
      textStartLine: chunk.startLine - countFeeds(chunk.before),
      context,
    };
  }

  #span(index: number, chunk: Chunk): SpanRef {
    return {
      id: `c${index}`,
      path: this.#path,
      start_line: chunk.startLine,
      end_line: chunk.startLine + linesIn(chunk.bytes) - 1,
      start_byte: chunk.startByte,
      end_byte: chunk.startByte + chunk.bytes.length,
      content_hash: sha256Hex(chunk.bytes),
    };
  }

  /** Headings in force where the text begins. Only prose has them, so only prose pays for them. */
  #surroundings(textStartByte: number): { headings: string[]; fenced: boolean } {
    if (this.#kind !== 'prose') return { headings: [], fenced: false };
    const passed = this.#unseenBytes.subarray(0, textStartByte - this.#unseenStart);
    this.#tracker.observeAll(passed.toString('utf8'));
    return { headings: this.#tracker.headings, fenced: this.#tracker.fenced };
  }

  #remember(textBytes: Buffer, textStartByte: number): void {
    if (this.#kind !== 'prose') return;
    this.#unseenBytes = textBytes;
    this.#unseenStart = textStartByte;
  }
}

/** Streams the corpus, or the parts of it that are wanted, as fragments, in order. Closing the iterator early closes the files. */
export async function* fragmentsOf(corpus: Corpus, cutting: Cutting): AsyncGenerator<Fragment> {
  const { endIndex: end = Number.POSITIVE_INFINITY } = cutting;
  let index = cutting.firstIndex ?? 0;
  for (const [file, { path }] of corpus.files.entries()) {
    const kind = cutting.kindOf(file);
    const overlap = cutting.overlapLines ?? (kind === 'log' ? 0 : OVERLAP_LINES);
    for await (const piece of piecesOf(corpus, file, cutting.parts)) {
      const maker = new FragmentMaker(file, path, kind);
      const chunker = new Chunker(cutting, overlap, piece.place);
      for await (const bytes of piece.bytes) {
        for (const chunk of chunker.push(bytes)) {
          if (index >= end) return;
          yield maker.make(index++, chunk);
        }
      }
      for (const chunk of chunker.end()) {
        if (index >= end) return;
        yield maker.make(index++, chunk);
      }
    }
  }
}
