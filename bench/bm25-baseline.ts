// Owns the limit that the engine is measured against: plain BM25 with every line as a document (k1 1.2, b 0.75), words
// as they stand. Its references are widened to as many lines as ours, because wide references hit more by themselves.

const SATURATION = 1.2;
const LENGTH_WEIGHT = 0.75;

export interface LineReference {
  readonly file: number;
  /** 1-based, inclusive. */
  readonly startLine: number;
  readonly endLine: number;
}

function words(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** The `limit` best lines of the files for a query, best first, ties by position. */
export function rankLines(files: readonly string[], query: string, limit: number): LineReference[] {
  const lines = files.flatMap((text, file) =>
    text.split('\n').map((line, index) => ({ file, line: index + 1, words: words(line) })),
  );
  const wanted = new Set(words(query));
  const frequency = new Map<string, number>();
  let total = 0;
  for (const line of lines) {
    total += line.words.length;
    for (const word of new Set(line.words)) if (wanted.has(word)) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  }
  const average = total / lines.length;
  const scored = lines.map((line, order) => {
    const counts = new Map<string, number>();
    for (const word of line.words) if (wanted.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
    let score = 0;
    for (const [word, count] of counts) {
      const documents = frequency.get(word) ?? 0;
      const idf = Math.log(1 + (lines.length - documents + 0.5) / (documents + 0.5));
      const length = 1 - LENGTH_WEIGHT + (LENGTH_WEIGHT * line.words.length) / average;
      score += (idf * count * (SATURATION + 1)) / (count + SATURATION * length);
    }
    return { file: line.file, line: line.line, score, order };
  });
  return scored
    .filter((line) => line.score > 0)
    .sort((one, other) => other.score - one.score || one.order - other.order)
    .slice(0, limit)
    .map(({ file, line }) => ({ file, startLine: line, endLine: line }));
}

/** Widens a reference to `lines` lines, as evenly as it goes, inside its file of `fileLines` lines. */
export function widen(reference: LineReference, lines: number, fileLines: number): LineReference {
  const extra = Math.max(0, lines - (reference.endLine - reference.startLine + 1));
  const startLine = Math.max(1, reference.startLine - Math.floor(extra / 2));
  return { ...reference, startLine, endLine: Math.min(fileLines, startLine + lines - 1) };
}
