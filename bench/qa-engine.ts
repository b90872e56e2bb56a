// Owns the shortest way to an answer: the search engine alone, without a swarm. It cuts, ranks and merges as a
// conductor and its providers do, so that the ranking can be measured apart from the transport.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { answerFrom } from '../conductor/search/answer.ts';
import { type ChunkContext, HeadingTracker } from '../conductor/search/context.ts';
import type { TextKind } from '../conductor/search/kind.ts';
import { mergeCandidates } from '../conductor/search/merge.ts';
import { overlapEnd, overlapStart } from '../conductor/search/overlap.ts';
import { encodePlan, parsePlan } from '../conductor/search/plan.ts';
import { analyseQuery } from '../conductor/search/query.ts';
import { rankChunk } from '../conductor/search/rank.ts';
import { CorpusStatistics } from '../conductor/search/statistics.ts';
import type { Tuning } from '../conductor/search/tuning.ts';
import { Synonyms } from '../node/backends/synonyms.ts';
import type { Answer, Asker, Question, Reference } from './qa-question.ts';

/** References of one answer. */
const REFERENCES = 8;

interface Piece {
  readonly text: string;
  readonly context: ChunkContext;
  readonly firstLine: number;
  readonly startByte: number;
}

/** Cuts a text into about `count` chunks at line ends, with the overlap its kind asks for. */
export function cut(text: string, kind: TextKind, count: number): Piece[] {
  const pieces: Piece[] = [];
  const headings = new HeadingTracker();
  const size = Math.ceil(text.length / count);
  let line = 1;
  let byte = 0;
  for (let start = 0; start < text.length; ) {
    const feed = text.indexOf('\n', Math.min(start + size, text.length) - 1);
    const end = feed < 0 ? text.length : feed + 1;
    const from = overlapStart(text, start, kind);
    const to = overlapEnd(text, end, kind);
    const before = text.slice(from, start);
    const own = text.slice(start, end);
    // The overlap's own headings come before the core's: track up to where the text begins.
    const tracker = new HeadingTracker();
    tracker.observeAll(text.slice(0, from));
    pieces.push({
      text: text.slice(from, to),
      context: {
        kind,
        headings: tracker.headings,
        fenced: tracker.fenced,
        offsetInLine: 0,
        coreStart: start - from,
        coreEnd: end - from,
      },
      firstLine: line - (before.split('\n').length - 1),
      startByte: byte - Buffer.byteLength(before),
    });
    headings.observeAll(own);
    line += own.split('\n').length - 1;
    byte += Buffer.byteLength(own);
    start = end;
  }
  return pieces;
}

/** Asks the engine directly. */
export class EngineAsker implements Asker {
  readonly #synonyms = new Synonyms();
  readonly #tuning: Tuning | undefined;
  readonly #references: number;

  constructor(tuning?: Tuning, references = REFERENCES) {
    this.#tuning = tuning;
    this.#references = references;
  }

  async close(): Promise<void> {
    this.#synonyms.close();
  }

  async ask(folder: string, question: Question, chunks: number): Promise<Answer> {
    const tuning = this.#tuning ? { tuning: this.#tuning } : {};
    const analysis = analyseQuery(question.query, { synonyms: (word) => this.#synonyms.of(word), ...tuning });
    const texts = question.files.map((file) => readFileSync(join(folder, file), 'utf8'));
    const statistics = new CorpusStatistics(analysis);
    for (const text of texts) {
      statistics.observe(text);
      statistics.endFile();
    }
    const plan = parsePlan(encodePlan(statistics.plan()));
    const placed = texts.flatMap((text, file) =>
      cut(text, statistics.kindOf(file), chunks).flatMap((piece) =>
        rankChunk(piece.text, plan, piece.context, { candidates: Math.max(12, this.#references), ...tuning }).map(
          (candidate) => ({
            ...candidate,
            file,
            startLine: piece.firstLine + candidate.startLine,
            endLine: piece.firstLine + candidate.endLine,
            startByte: piece.startByte + Buffer.byteLength(piece.text.slice(0, candidate.startOffset)),
          }),
        ),
      ),
    );
    const merged = mergeCandidates(placed, this.#references).map((candidate) => ({
      ...candidate,
      count: statistics.countOf(candidate.groupKey),
    }));
    const spanRefs: Reference[] = merged.map((candidate) => ({
      path: question.files[candidate.file]!,
      start_line: candidate.startLine,
      end_line: candidate.endLine,
      start_byte: candidate.startByte,
      end_byte: candidate.startByte + Buffer.byteLength(candidate.quote),
      content_hash: createHash('sha256').update(candidate.quote).digest('hex'),
    }));
    return { spanRefs, output: answerFrom(merged, plan).text };
  }
}
