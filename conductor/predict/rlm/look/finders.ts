// What a search looks for in a block of bytes: a text letter for letter, or whatever its case. Each gives
// byte offsets of what it found, also where the bytes are no UTF-8.
import { isUtf8 } from 'node:buffer';

export interface Match {
  /** Offsets of the block's bytes, half-open. */
  readonly start: number;
  readonly end: number;
}

/** The first match in a block that begins at or behind an offset, which never goes back. */
export type NextMatch = (from: number) => Match | undefined;
export type Finder = (bytes: Buffer) => NextMatch;

/** The bytes of the text. */
export function exactFinder(text: string): Finder {
  const wanted = Buffer.from(text);
  return (bytes) => (from) => {
    const start = bytes.indexOf(wanted, from);
    return start < 0 ? undefined : { start, end: start + wanted.length };
  };
}

const SPECIAL = /[.*+?^${}()|[\]\\/]/g;

/** The text in whatever case. A pattern of letters only has nothing to go back to: it takes linear time. */
export function caselessFinder(text: string): Finder {
  const anyCase = new RegExp(text.replace(SPECIAL, '\\$&'), 'giu');
  const bytewise = new RegExp(
    Array.from(Buffer.from(text).toString('latin1'), (one) =>
      /[a-z]/i.test(one) ? `[${one.toLowerCase()}${one.toUpperCase()}]` : one.replace(SPECIAL, '\\$&'),
    ).join(''),
    'g',
  );
  return (bytes) => {
    const decoded = new DecodedBlock(bytes);
    const pattern = decoded.isUtf8 ? anyCase : bytewise;
    return (from) => {
      pattern.lastIndex = decoded.unitAt(from);
      const found = pattern.exec(decoded.text);
      return found === null ? undefined : decoded.match(found.index, found.index + found[0].length);
    };
  };
}

/** A block as text in which offsets of bytes and of characters are turned into each other, forwards, each byte counted once. */
export class DecodedBlock {
  readonly text: string;
  readonly isUtf8: boolean;
  readonly #encoding: 'utf8' | 'latin1';
  #unit = 0;
  #byte = 0;

  constructor(bytes: Buffer) {
    this.isUtf8 = isUtf8(bytes);
    // Byte for byte where it is no UTF-8: a replaced character would be longer than what stands there.
    this.#encoding = this.isUtf8 ? 'utf8' : 'latin1';
    this.text = bytes.toString(this.#encoding);
  }

  /** The bytes of the characters [start, end). */
  match(start: number, end: number): Match {
    this.#goTo(start);
    const startByte = this.#byte;
    return { start: startByte, end: startByte + this.#bytesOf(this.text.slice(start, end)) };
  }

  /** The first character that begins at or behind the byte. */
  unitAt(byte: number): number {
    if (byte < this.#byte) this.#goTo(0);
    // So many characters have at most four times as many bytes: no step but the last passes the byte.
    while (this.#byte < byte && this.#unit < this.text.length) {
      const last = this.#unit + Math.max(1, Math.floor((byte - this.#byte) / 4)) - 1;
      this.#goTo((this.text.codePointAt(last) ?? 0) > 0xffff ? last + 2 : last + 1);
    }
    return this.#unit;
  }

  #goTo(unit: number): void {
    if (unit < this.#unit) {
      this.#unit = 0;
      this.#byte = 0;
    }
    this.#byte += this.#bytesOf(this.text.slice(this.#unit, unit));
    this.#unit = unit;
  }

  #bytesOf(text: string): number {
    return this.#encoding === 'utf8' ? Buffer.byteLength(text) : text.length;
  }
}
