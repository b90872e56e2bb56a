// Owns what is ranked: a unit is a line, or a window of a line too long to quote. Windows begin at multiples of
// their size from the start of the *line*, so that a unit is the same wherever the input was cut into chunks.

/** A longer line is ranked and quoted in windows of this many UTF-16 units; chunkers cut such a line only between them. */
export const LINE_WINDOW_CHARS = 1_024;

/** Where the window that holds the line's character `offset` ends, counted from the start of the line. */
export function windowEnd(offset: number): number {
  return (Math.floor(offset / LINE_WINDOW_CHARS) + 1) * LINE_WINDOW_CHARS;
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}

/**
 * Walks the units of a text: `while (cursor.next())` then read `start`, `end` (half-open, without the line end) and
 * `line` (0-based in the text). Blank lines are units too (`start === end`).
 */
export class UnitCursor {
  start = 0;
  end = 0;
  line = -1;
  /** True when the unit is a window of a longer line. */
  windowed = false;
  readonly #text: string;
  #position = 0;
  #lineStart: number;
  #lineEnd = -1;

  /** `offsetInLine`: how many characters of its line come before the text's first one. */
  constructor(text: string, offsetInLine = 0) {
    this.#text = text;
    this.#lineStart = -offsetInLine;
  }

  next(): boolean {
    const text = this.#text;
    if (this.#position >= text.length) return false;
    if (this.#lineEnd < this.#position) {
      const feed = text.indexOf('\n', this.#position);
      this.#lineEnd = feed < 0 ? text.length : feed;
      this.line++;
    }
    this.start = this.#position;
    if (this.#lineEnd - this.#lineStart <= LINE_WINDOW_CHARS) {
      this.windowed = false;
      this.end = this.#lineEnd;
    } else {
      this.windowed = true;
      let cut = this.#lineStart + windowEnd(this.start - this.#lineStart);
      if (cut < this.#lineEnd && isLowSurrogate(text.charCodeAt(cut))) cut++;
      this.end = Math.min(cut, this.#lineEnd);
    }
    this.#position = this.end;
    if (this.end === this.#lineEnd) {
      this.#position = this.#lineStart = this.#lineEnd + 1;
      this.#lineEnd = -1;
      const ended = this.end > this.start && this.end < text.length;
      if (ended && text.charCodeAt(this.end - 1) === CARRIAGE_RETURN && text.charCodeAt(this.end) === LINE_FEED)
        this.end--;
    }
    return true;
  }
}
