// Reads JSON as language models write it: trailing commas, comments, single quotes, bare keys, raw line breaks and
// unescaped quotes in strings, a text cut off in the middle. One pass, bounded depth, nothing is ever evaluated.

/** Deeper nesting than any answer asked for has; it bounds the recursion. */
const DEPTH_MAX = 16;

export interface LenientValue {
  readonly value: unknown;
  /** Offset behind the value. */
  readonly end: number;
  /** False when the text ended before the value did; what had been read whole is kept. */
  readonly complete: boolean;
}

/** Reads the one value that begins at `start` (white space before it is skipped); `undefined` when there is none. */
export function readLenientJson(text: string, start = 0): LenientValue | undefined {
  const reader = new Reader(text, start);
  const value = reader.value(0);
  return value === NOTHING ? undefined : { value, end: reader.position, complete: !reader.cut };
}

const NOTHING = Symbol('nothing');
const BARE = /[\p{L}\p{N}_$.+-]{1,64}/uy;
const WORDS = new Map<string, unknown>(
  Object.entries({ true: true, True: true, false: false, False: false, null: null, None: null, undefined: null }),
);
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

class Reader {
  position: number;
  /** True once the end of the text was met inside a value. */
  cut = false;
  readonly #text: string;

  constructor(text: string, start: number) {
    this.#text = text;
    this.position = start;
  }

  value(depth: number): unknown {
    this.#skip();
    const first = this.#text[this.position];
    if (first === undefined) {
      this.cut = true;
      return NOTHING;
    }
    if (depth > DEPTH_MAX) return NOTHING;
    if (first === '{') return this.#object(depth);
    if (first === '[') return this.#array(depth);
    if (first === '"' || first === "'") return this.#string(first);
    return this.#bareValue();
  }

  #object(depth: number): unknown {
    const members: Record<string, unknown> = {};
    this.position++;
    for (;;) {
      this.#skipSeparators();
      const next = this.#text[this.position];
      if (next === undefined) {
        this.cut = true;
        return members;
      }
      if (next === '}') {
        this.position++;
        return members;
      }
      const key = next === '"' || next === "'" ? this.#string(next) : this.#bare();
      this.#skip();
      if (this.position >= this.#text.length) this.cut = true;
      if (this.cut) return members;
      if (typeof key !== 'string' || this.#text[this.position] !== ':') return NOTHING;
      this.position++;
      const value = this.value(depth + 1);
      if (value !== NOTHING && key !== '__proto__') members[key] = value;
      if (this.cut) return members;
      if (value === NOTHING) return NOTHING;
    }
  }

  #array(depth: number): unknown {
    const items: unknown[] = [];
    this.position++;
    for (;;) {
      this.#skipSeparators();
      const next = this.#text[this.position];
      if (next === undefined) {
        this.cut = true;
        return items;
      }
      if (next === ']') {
        this.position++;
        return items;
      }
      const value = this.value(depth + 1);
      if (value !== NOTHING) items.push(value);
      if (this.cut) return items;
      if (value === NOTHING) return NOTHING;
    }
  }

  /** A string that the end of the text cuts is dropped: half a quote or half an answer is not what was meant. */
  #string(mark: string): unknown {
    const text = this.#text;
    const parts: string[] = [];
    let from = ++this.position;
    for (let at = from; at < text.length; at++) {
      const char = text[at];
      if (char === '\\') {
        const [replacement, length] = escapeAt(text, at);
        parts.push(text.slice(from, at), replacement);
        at += length - 1;
        from = at + 1;
      } else if (char === mark && this.#endsString(at + 1)) {
        parts.push(text.slice(from, at));
        this.position = at + 1;
        return parts.join('');
      }
    }
    this.position = text.length;
    this.cut = true;
    return NOTHING;
  }

  /** A quote mark ends a string only where JSON could go on; others are part of the text, unescaped. */
  #endsString(after: number): boolean {
    const text = this.#text;
    let at = after;
    while (at < text.length && isSpace(text.charCodeAt(at))) at++;
    const next = text[at];
    if (next === '/') return text[at + 1] === '/' || text[at + 1] === '*';
    return next === undefined || next === ',' || next === '}' || next === ']' || next === ':';
  }

  #bare(): string | typeof NOTHING {
    BARE.lastIndex = this.position;
    const word = BARE.exec(this.#text)?.[0];
    if (word === undefined) return NOTHING;
    this.position += word.length;
    return word;
  }

  #bareValue(): unknown {
    const word = this.#bare();
    if (word === NOTHING) return NOTHING;
    if (WORDS.has(word)) return WORDS.get(word);
    const number = Number(word);
    return Number.isFinite(number) ? number : word;
  }

  #skipSeparators(): void {
    do this.#skip();
    while (this.#text[this.position] === ',' && ++this.position);
  }

  /** White space and comments. */
  #skip(): void {
    const text = this.#text;
    for (;;) {
      while (this.position < text.length && isSpace(text.charCodeAt(this.position))) this.position++;
      if (text[this.position] !== '/') return;
      const close = text[this.position + 1] === '/' ? '\n' : text[this.position + 1] === '*' ? '*/' : undefined;
      if (close === undefined) return;
      const end = text.indexOf(close, this.position + 2);
      this.position = end < 0 ? text.length : end + close.length;
    }
  }
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 0xa0;
}

/** The text an escape stands for and how long it is; an unknown one (a path, a pattern) stands for itself. */
function escapeAt(text: string, at: number): readonly [string, number] {
  const kind = text[at + 1] ?? '';
  const known = ESCAPES[kind];
  if (known !== undefined) return [known, 2];
  if (kind === '"' || kind === "'" || kind === '\\' || kind === '/') return [kind, 2];
  const hex = kind === 'u' ? text.slice(at + 2, at + 6) : '';
  return /^[0-9a-fA-F]{4}$/.test(hex) ? [String.fromCharCode(Number.parseInt(hex, 16)), 6] : ['\\', 1];
}
