// The kernel's world over the input of a run. Reading, searching and cutting are done here; asking leaves, asking a model and using
// tools are ports, because they cost something and belong to the run.
import { PylonError } from '../../../protocol/errors.ts';
import { Chunker, countFeeds } from '../../cut/chunks.ts';
import type { Corpus } from '../../ports.ts';
import { openPart, partsOf } from './look/parts.ts';
import { type SearchParts, search } from './search.ts';
import type { CutRequest, Passage, Source, World } from './world.ts';

const LINE_FEED = 10;

/** What the run adds to its input. */
export type WorldPorts = Pick<World, 'fanOut' | 'ask' | 'tool' | 'tools'> &
  Omit<SearchParts, 'corpus'> & {
    /** sha256 (hex) of each file, where it was read before. */
    readonly hashes?: readonly string[];
  };

export function worldOfCorpus(corpus: Corpus, ports: WorldPorts): World {
  const { fanOut, ask, tool, tools, hashes, ...searching } = ports;
  const sources: Source[] = corpus.files.map(({ path, bytes }, file) => {
    const hash = hashes?.[file];
    return { file, path, bytes, ...(hash === undefined ? {} : { hash }) };
  });
  return {
    sources,
    read: (file, startByte, endByte) => readWithin(corpus, file, startByte, endByte),
    lines: (file, startLine, endLine, signal) => linesOf(corpus, file, startLine, endLine, signal),
    locate: (file, startByte, endByte, signal) => locate(corpus, file, startByte, endByte, signal),
    cut: (request, signal) => cut(corpus, request, signal),
    search: (request, signal) => search({ corpus, ...searching }, request, signal),
    fanOut,
    ask,
    tool,
    tools,
  };
}

async function readWithin(corpus: Corpus, file: number, startByte: number, endByte: number): Promise<Uint8Array> {
  checkRange(corpus, file, startByte, endByte);
  return startByte === endByte ? new Uint8Array() : corpus.read(file, startByte, endByte);
}

function checkRange(corpus: Corpus, file: number, startByte: number, endByte: number): void {
  const size = corpus.files[file]?.bytes;
  if (size === undefined || startByte < 0 || endByte > size || startByte > endByte)
    throw new PylonError('action-refused', {
      value: `${file}:${startByte}-${endByte}`,
      reason: 'the input has no such bytes',
    });
}

/** Lines [startLine, endLine] of a file. @throws PylonError `action-refused` where there is no such file */
export async function linesOf(
  corpus: Corpus,
  file: number,
  startLine: number,
  endLine: number,
  signal: AbortSignal,
): Promise<Passage> {
  if (corpus.files[file] === undefined)
    throw new PylonError('action-refused', { value: String(file), reason: 'the input has no such file' });
  let at = 0;
  let line = 1;
  let startByte = startLine === 1 ? 0 : -1;
  for await (const piece of corpus.open(file)) {
    signal.throwIfAborted();
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    for (let feed = bytes.indexOf(LINE_FEED); feed >= 0; feed = bytes.indexOf(LINE_FEED, feed + 1)) {
      line++;
      if (line === startLine) startByte = at + feed + 1;
      if (line === endLine + 1) return { file, startByte, endByte: at + feed + 1, startLine, endLine };
    }
    at += bytes.length;
  }
  const start = startByte < 0 ? at : startByte;
  return { file, startByte: start, endByte: at, startLine, endLine: Math.max(startLine, line) };
}

async function locate(
  corpus: Corpus,
  file: number,
  startByte: number,
  endByte: number,
  signal: AbortSignal,
): Promise<Passage> {
  checkRange(corpus, file, startByte, endByte);
  let startLine = 1;
  for await (const piece of openPart(corpus, { file, startByte: 0, endByte: startByte, startLine: 1 })) {
    signal.throwIfAborted();
    startLine += countFeeds(piece);
  }
  const passage = { file, startByte, endByte, startLine };
  let feeds = 0;
  // What ends with its line feed ends on the line before it.
  for await (const piece of openPart(corpus, { ...passage, endByte: Math.max(startByte, endByte - 1) }))
    feeds += countFeeds(piece);
  return { ...passage, endLine: startLine + feeds };
}

async function cut(corpus: Corpus, request: CutRequest, signal: AbortSignal): Promise<Passage[]> {
  const passages: Passage[] = [];
  for (const part of partsOf(corpus, request)) {
    const chunker = new Chunker(request, 0);
    const add = (chunks: ReturnType<Chunker['end']>) => {
      for (const { startByte, bytes, startLine } of chunks) {
        const start = part.startByte + startByte;
        const line = part.startLine - 1 + startLine;
        const feeds = countFeeds(bytes);
        const endLine = line + (bytes.at(-1) === LINE_FEED ? feeds - 1 : feeds);
        passages.push({ file: part.file, startByte: start, endByte: start + bytes.length, startLine: line, endLine });
      }
      if (passages.length > request.chunksMax)
        throw new PylonError('exploration-too-large', {
          value: String(request.chunkBytes),
          reason: `there would be more than ${request.chunksMax} chunks; take larger ones`,
        });
    };
    for await (const piece of openPart(corpus, part)) {
      signal.throwIfAborted();
      add(chunker.push(piece));
    }
    add(chunker.end());
  }
  return passages;
}
