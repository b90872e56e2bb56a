// Owns where a model's quote stands in the chunk. Models fold white space, copy line numbers and add dots; the exact
// text is taken from the chunk, and a quote that is not there is never made to fit.

export interface Located {
  /** UTF-16 offsets of the chunk, half-open. */
  readonly start: number;
  readonly end: number;
}

/** Places compared when a quote stands in several; further ones cannot be told apart in bounded time. */
const OCCURRENCES_MAX = 1_000;
const LINE_NUMBERS = /^[ \t]*\d+[ \t]*\|[ \t]?/gm;
const DOTS = /^\s*(?:\.{3}|…)\s*|\s*(?:\.{3}|…)\s*$/g;

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

  /** The exact place of the quote, the one nearest to `line` when there are several. */
  find(quote: string, line: number | undefined): Located | undefined {
    const nearOffset = line === undefined ? 0 : this.startOf(Math.min(line, this.lines));
    for (const words of new Set([
      quote,
      quote.replace(LINE_NUMBERS, ''),
      quote.replace(LINE_NUMBERS, '').replace(DOTS, ''),
    ])) {
      const located = this.#exact(words, nearOffset) ?? this.#folded(words, nearOffset);
      if (located) return located;
    }
    return undefined;
  }

  #exact(words: string, nearOffset: number): Located | undefined {
    if (words.trim() === '') return undefined;
    const start = nearest(this.#text, words, nearOffset);
    return start < 0 ? undefined : { start, end: start + words.length };
  }

  /** Compares without any white space: letters and their order must be the same, the exact text is the chunk's. */
  #folded(words: string, nearOffset: number): Located | undefined {
    const wanted = words.replace(/[\s\u0085]+/g, '');
    if (wanted === '') return undefined;
    const dense = this.#denseText();
    const found = nearest(dense.text, wanted, indexFrom(dense.offsets, nearOffset));
    if (found < 0) return undefined;
    return { start: dense.offsets[found]!, end: dense.offsets[found + wanted.length - 1]! + 1 };
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
    for (const run of this.#text.matchAll(/[^\s\u0085]+/g)) {
      for (let at = 0; at < run[0].length; at++) offsets[length++] = run.index + at;
    }
    this.#dense = { text: this.#text.replace(/[\s\u0085]+/g, ''), offsets: offsets.subarray(0, length) };
    return this.#dense;
  }
}

function nearest(text: string, words: string, nearOffset: number): number {
  let best = -1;
  let at = text.indexOf(words);
  for (let count = 0; at >= 0 && count < OCCURRENCES_MAX; count++) {
    if (best < 0 || Math.abs(at - nearOffset) < Math.abs(best - nearOffset)) best = at;
    if (at >= nearOffset) break;
    at = text.indexOf(words, at + 1);
  }
  return best;
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
