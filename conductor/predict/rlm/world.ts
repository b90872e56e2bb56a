// What the kernel can do to the world, and nothing else: read the input, search it, ask leaves, ask one model, use a tool. All of it
// goes through this one door, so that a trace of what came through it is enough to explore again without a model (replay).

import type { FieldSpec, RecordValue } from '../../../protocol/records.ts';
import type { RunError } from '../../../protocol/run.ts';
import type { Usage } from '../../../protocol/signature.ts';

/** A file of the input, by its number in the corpus. */
export interface Source {
  readonly file: number;
  readonly path: string;
  readonly bytes: number;
  /** sha256 of the file (hex), where somebody has read it all. */
  readonly hash?: string;
  /** What of it may be read, where that is not all: so many bytes, the first of them at `startByte`. */
  readonly within?: { readonly startByte: number; readonly bytes: number };
}

/** Bytes [startByte, endByte) of a file, and the lines (1-based, inclusive) they stand on. */
export interface Passage {
  readonly file: number;
  readonly startByte: number;
  readonly endByte: number;
  readonly startLine: number;
  readonly endLine: number;
}

/** Where a passage begins and ends; its last line is known from its bytes. */
export type Place = Omit<Passage, 'endLine'>;

/** A passage that something was found in. */
export interface Hit extends Passage {
  /** The passage's text, cut on a code point after QUOTE_CHARS_MAX. */
  readonly text: string;
  /** Of BM25; 1 for a literal or a pattern. */
  readonly score: number;
}

export interface SearchRequest {
  readonly mode: 'literal' | 'regex' | 'bm25';
  readonly text: string;
  readonly ignoreCase: boolean;
  /** Files to look into; all when absent. */
  readonly files?: readonly number[];
  /** Parts to look into, apart from each other and in order; whole files when absent. */
  readonly passages?: readonly Place[];
  /** Most hits that are given; all are counted. */
  readonly hitsMax: number;
}

export interface SearchResult {
  /** In the order of the input; of BM25 the best first. */
  readonly hits: readonly Hit[];
  /** Lines that match, given or not. Of BM25: lines with at least one of the terms. */
  readonly matches: number;
  readonly bytesScanned: number;
}

/** Where to cut a part of the input into passages of at most so many bytes: at line ends, where lines are short enough. */
export interface CutRequest {
  readonly chunkBytes: number;
  readonly files?: readonly number[];
  readonly passages?: readonly Place[];
  /** Past so many it is refused. */
  readonly chunksMax: number;
}

/** A pattern made ready: matching takes time linear in the text, whatever the pattern. */
export interface CompiledPattern {
  /** One of these stands in every match, in whatever case where the pattern ignores it: what has none of them need not be looked at. */
  readonly required?: readonly string[];
  readonly ignoresCase?: boolean;
  /** Most characters to give `find` at once. */
  readonly windowChars?: number;
  /** The first match at or after `from`, in UTF-16 units of `text` (one line, or a window of a long one), half-open. */
  find(text: string, from: number): { readonly start: number; readonly end: number } | undefined;
}

export interface RegexEngine {
  /** @throws PylonError `pattern-invalid` for what is no pattern, or asks for more than linear time */
  compile(pattern: string, ignoreCase: boolean): CompiledPattern;
}

/** One question to every chunk of a part of the input, through the swarm: the run's scheduler, budget, verification and money. */
export interface FanOutRequest {
  readonly question: string;
  /** Asks for records instead of quotes. */
  readonly fields?: readonly FieldSpec[];
  /** Parts of the input, apart from each other and in order; all of it when absent. */
  readonly passages?: readonly Pick<Passage, 'file' | 'startByte' | 'endByte'>[];
  /** Bytes of a chunk; the run's when absent. */
  readonly chunkBytes?: number;
  /** Most chunks that may be asked: the rest stays unasked and is told. */
  readonly chunksMax: number;
}

export interface Found extends Passage {
  /** Exactly the passage's bytes. */
  readonly quote: string;
  readonly score: number;
  readonly note?: string;
  readonly record?: Readonly<Record<string, RecordValue>>;
}

export interface FanOutResult {
  /** In the order of the input. Chunks that are the same were asked once, and what they say is told for each. */
  readonly found: readonly Found[];
  readonly chunks: number;
  /** Answered, or the same as one that was. */
  readonly chunksAnswered: number;
  /** Chunks that a leaf was asked about: those that are the same as an earlier one cost nothing. */
  readonly asked: number;
  readonly bytesGiven: number;
  readonly bytesAnswered: number;
  /** What most often kept chunks from being answered. */
  readonly error?: RunError;
}

/** A small text to one model, or to a prediction of its own where depth allows. */
export interface SubRequest {
  readonly question: string;
  /** What it may read: bounded by the kernel, every line foreign. */
  readonly text: string;
  readonly maxOutputChars: number;
}

export interface SubResult {
  readonly text: string;
  readonly usage: Usage;
}

export interface ToolRequest {
  readonly tool: string;
  readonly args: unknown;
}

/**
 * Each method may throw a PylonError; the kernel shows it to the controller. Whatever costs is charged before: the kernel charges each
 * iteration, each call of the controller, each `ask` and each `tool`; `fanOut` charges its own leaves (maxSubLmCalls, sats), because
 * only it knows how many there are and which were asked before.
 */
export interface World {
  readonly sources: readonly Source[];
  /** @throws PylonError `input-changed` | `input-unreadable` */
  read(file: number, startByte: number, endByte: number): Promise<Uint8Array>;
  /** Lines [startLine, endLine] (1-based, inclusive) of a file, with their line ends; past the end of the file it is empty. */
  lines(file: number, startLine: number, endLine: number, signal: AbortSignal): Promise<Passage>;
  /** On which lines bytes stand. */
  locate(file: number, startByte: number, endByte: number, signal: AbortSignal): Promise<Passage>;
  /** @throws PylonError `exploration-too-large` past `chunksMax` */
  cut(request: CutRequest, signal: AbortSignal): Promise<readonly Passage[]>;
  /** @throws PylonError `pattern-invalid` */
  search(request: SearchRequest, signal: AbortSignal): Promise<SearchResult>;
  fanOut(request: FanOutRequest, signal: AbortSignal): Promise<FanOutResult>;
  ask(request: SubRequest, signal: AbortSignal): Promise<SubResult>;
  /** Names and argument schemas of the tools that may be called. */
  readonly tools: readonly { readonly name: string; readonly about: string; readonly args: unknown }[];
  /** @throws PylonError `tool-unknown` | `tool-failed` */
  tool(request: ToolRequest, signal: AbortSignal): Promise<string>;
}
