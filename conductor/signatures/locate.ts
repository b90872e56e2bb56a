// Owns where a model's quote stands in the chunk. Models fold white space, copy line numbers and add dots; the exact
// text is taken from the chunk, and a quote that is not there is never made to fit.

export interface Located {
  /** UTF-16 offsets of the chunk, half-open. */
  readonly start: number;
  readonly end: number;
}

const SPACE = /[\s\u0085]+/g;
const WORDS = /[^\s\u0085]+/g;
const LINE_NUMBERS = /^[ \t]*\d+[ \t]*\|[ \t]?/gm;
/** A chunk prepared for locating quotes in it. */
export class QuoteLocator {
  readonly #text: string;
  #starts: number[] | undefined;
  #dense: { readonly text: string; readonly offsets: Int32Array } | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Lines of the chunk, as a citation counts them. */
  get lines(): number {
    return this.#lineStarts().length;
  }

  /** 1-based line that holds the offset. */
  lineAt(offset: number): number {
    const starts = this.#lineStarts();
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  /** Where line `line` (1-based) begins. */
  startOf(line: number): number {
    return this.#lineStarts()[line - 1] ?? this.#text.length;
  }

  /** The text of whole lines, without the last line end. */
  span(firstLine: number, lastLine: number): Located {
    const start = this.startOf(firstLine);
    let end = this.startOf(lastLine + 1);
    while (end > start && (this.#text[end - 1] === '\n' || this.#text[end - 1] === '\r')) end--;
    return { start, end };
  }

  /** The exact place of the quote: on `line` (1-based) where it is there, else the nearest to it. */
  find(quote: string, line: number | undefined): Located | undefined {
    const first = Math.min(line ?? 1, this.lines);
    const near = { start: this.startOf(first), end: this.startOf(first + 1) };
    const bare = quote.replace(LINE_NUMBERS, '');
    for (const words of new Set([quote, bare, withoutDots(bare)])) {
      const exact = this.#exact(words, near);
      if (exact && (line === undefined || isWithin(exact, near))) return exact;
      const folded = this.#folded(words, near);
      if (folded && (!exact || isWithin(folded, near))) return folded;
      if (exact) return exact;
    }
    return undefined;
  }

  #exact(words: string, near: Located): Located | undefined {
    if (words.trim() === '') return undefined;
    const start = nearest(this.#text, words, near);
    return start < 0 ? undefined : { start, end: start + words.length };
  }

  /** Compares without any white space: letters and their order must be the same, the exact text is the chunk's. */
  #folded(words: string, near: Located): Located | undefined {
    const wanted = words.replace(SPACE, '');
    if (wanted === '') return undefined;
    const { text, offsets } = this.#denseText();
    const found = nearest(text, wanted, { start: indexFrom(offsets, near.start), end: indexFrom(offsets, near.end) });
    if (found < 0) return undefined;
    return { start: offsets[found]!, end: offsets[found + wanted.length - 1]! + 1 };
  }

  #lineStarts(): number[] {
    if (this.#starts) return this.#starts;
    const starts = [0];
    for (let feed = this.#text.indexOf('\n'); feed >= 0; feed = this.#text.indexOf('\n', feed + 1))
      starts.push(feed + 1);
    if (starts.length > 1 && starts[starts.length - 1] === this.#text.length) starts.pop();
    this.#starts = starts;
    return starts;
  }

  #denseText(): { readonly text: string; readonly offsets: Int32Array } {
    if (this.#dense) return this.#dense;
    const offsets = new Int32Array(this.#text.length);
    let length = 0;
    for (const run of this.#text.matchAll(WORDS)) {
      for (let at = 0; at < run[0].length; at++) offsets[length++] = run.index + at;
    }
    this.#dense = { text: this.#text.replace(SPACE, ''), offsets: offsets.subarray(0, length) };
    return this.#dense;
  }
}

/** True when the place begins on the line. */
function isWithin(place: Located, line: Located): boolean {
  return place.start >= line.start && place.start < line.end;
}

/** Models show with three dots that they left something out. */
function withoutDots(quote: string): string {
  const words = quote.trim();
  const begin = words.startsWith('...') ? 3 : words.startsWith('…') ? 1 : 0;
  const end = words.endsWith('...') ? 3 : words.endsWith('…') ? 1 : 0;
  return words.slice(begin, Math.max(begin, words.length - end)).trim();
}

function nearest(text: string, words: string, near: Located): number {
  const after = text.indexOf(words, near.start);
  const before = near.start === 0 ? -1 : text.lastIndexOf(words, near.start - 1);
  if (after < 0 || (after >= near.end && before >= 0 && near.start - before < after - near.start)) return before;
  return after;
}

/** First index whose offset is at least `offset`. */
function indexFrom(offsets: Int32Array, offset: number): number {
  let low = 0;
  let high = offsets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (offsets[middle]! < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
