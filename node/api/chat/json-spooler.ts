// Reads JSON as its bytes come, and holds none of its long strings: they go out as pieces of numbered texts, decoded, and the value has a
// `LongText` in their place. So a message of a hundred megabytes costs what its first few kilobytes cost.
import { isUtf8 } from 'node:buffer';
import { PylonError } from '../../../protocol/errors.ts';
import { NESTING_MAX } from '../../../protocol/limits.ts';
import { StringBytes } from './string-bytes.ts';

/** A string that is not held. */
export class LongText {
  /** Number of the text that has its bytes. */
  readonly index: number;
  readonly bytes: number;

  constructor(index: number, bytes: number) {
    this.index = index;
    this.bytes = bytes;
  }
}

export type SpooledJson = null | boolean | number | string | LongText | SpooledJson[] | { [key: string]: SpooledJson };

/** The next bytes of a text. */
export interface Piece {
  readonly index: number;
  readonly bytes: Buffer;
}

export interface SpoolerLimits {
  /** A longer string is a text. */
  readonly longBytes: number;
  /** All that is held, and 64 for each value; past half of it, strings are texts that are no longer than a name. */
  readonly heldBytesMax: number;
}

const DEFAULT_LIMITS: SpoolerLimits = { longBytes: 16_384, heldBytesMax: 8_388_608 };
const NAME_BYTES_MAX = 256;
const VALUE_BYTES = 64;
const SCALAR_CHARS_MAX = 64;

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const WHITE = new Set([0x20, 0x09, 0x0a, 0x0d]);
const SCALAR = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null)$/;

type Expected = 'value' | 'value-or-end' | 'name' | 'name-or-end' | 'colon' | 'comma-or-end' | 'nothing';

interface Frame {
  readonly value: SpooledJson[] | { [key: string]: SpooledJson };
  name: string;
}

function invalid(reason: string): PylonError {
  return new PylonError('request-invalid', { reason: `the body is not JSON: ${reason}` });
}

/** Where the bytes that stand for themselves end. */
function endOfRun(bytes: Buffer, from: number): number {
  let at = from;
  for (; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE || byte === BACKSLASH || byte < 0x20) break;
  }
  return at;
}

export class JsonSpooler {
  readonly #limits: SpoolerLimits;
  readonly #stack: Frame[] = [];
  #expected: Expected = 'value';
  #root: SpooledJson | undefined;
  #string: StringBytes | undefined;
  #isName = false;
  #scalar = '';
  #texts = 0;
  #held = 0;

  constructor(limits: SpoolerLimits = DEFAULT_LIMITS) {
    this.#limits = limits;
  }

  /** How many texts there are, which is the number of the next. */
  get texts(): number {
    return this.#texts;
  }

  /** Takes the next bytes. @returns what of them belongs to long strings. @throws PylonError `request-invalid` | `request-too-large` */
  push(bytes: Buffer): Piece[] {
    const pieces: Piece[] = [];
    for (let at = 0; at < bytes.length; ) {
      if (this.#string !== undefined) at = this.#inString(bytes, at, pieces);
      else if (this.#scalar !== '') at = this.#inScalar(bytes, at);
      else at = this.#between(bytes, at);
    }
    return pieces;
  }

  /** The value, once all has come. @throws PylonError `request-invalid` */
  end(): SpooledJson {
    if (this.#scalar !== '') this.#endScalar();
    if (this.#string !== undefined || this.#expected !== 'nothing' || this.#root === undefined)
      throw invalid('it ends in the middle');
    return this.#root;
  }

  #between(bytes: Buffer, at: number): number {
    const byte = bytes[at]!;
    if (WHITE.has(byte)) return at + 1;
    const expected = this.#expected;
    if (expected === 'nothing') throw invalid('something follows it');
    if (expected === 'colon') return this.#expect(byte, COLON, at, 'value');
    if (expected === 'comma-or-end') return this.#afterValue(byte, at);
    if (byte === CLOSE_ARRAY && expected === 'value-or-end') return this.#close(at);
    if (byte === CLOSE_OBJECT && expected === 'name-or-end') return this.#close(at);
    if (expected === 'name' || expected === 'name-or-end') return this.#begin(this.#expect(byte, QUOTE, at), true);
    if (byte === QUOTE) return this.#begin(at + 1, false);
    if (byte === OPEN_ARRAY) return this.#open([], 'value-or-end', at);
    if (byte === OPEN_OBJECT) return this.#open({}, 'name-or-end', at);
    this.#scalar = String.fromCharCode(byte);
    return at + 1;
  }

  #expect(byte: number, wanted: number, at: number, next?: Expected): number {
    if (byte !== wanted) throw invalid(`${String.fromCharCode(wanted)} is missing`);
    if (next !== undefined) this.#expected = next;
    return at + 1;
  }

  #afterValue(byte: number, at: number): number {
    const isArray = Array.isArray(this.#stack.at(-1)?.value);
    if (byte === (isArray ? CLOSE_ARRAY : CLOSE_OBJECT)) return this.#close(at);
    return this.#expect(byte, COMMA, at, isArray ? 'value' : 'name');
  }

  #open(value: Frame['value'], next: Expected, at: number): number {
    if (this.#stack.length >= NESTING_MAX) throw invalid(`it is nested deeper than ${NESTING_MAX} levels`);
    this.#put(value);
    this.#stack.push({ value, name: '' });
    this.#expected = next;
    return at + 1;
  }

  #close(at: number): number {
    this.#stack.pop();
    this.#expected = this.#stack.length === 0 ? 'nothing' : 'comma-or-end';
    return at + 1;
  }

  /** A value in its place. */
  #put(value: SpooledJson): void {
    this.#hold(VALUE_BYTES);
    const frame = this.#stack.at(-1);
    if (frame === undefined) this.#root = value;
    else if (Array.isArray(frame.value)) frame.value.push(value);
    else frame.value[frame.name] = value;
    this.#expected = frame === undefined ? 'nothing' : 'comma-or-end';
  }

  #hold(bytes: number): void {
    this.#held += bytes;
    if (this.#held > this.#limits.heldBytesMax)
      throw new PylonError('request-too-large', { reason: 'the body has too many values, apart from long texts' });
  }

  #inScalar(bytes: Buffer, at: number): number {
    const byte = bytes[at]!;
    if (WHITE.has(byte) || byte === COMMA || byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) {
      this.#endScalar();
      return at;
    }
    this.#scalar += String.fromCharCode(byte);
    if (this.#scalar.length > SCALAR_CHARS_MAX) throw invalid('a value is none of those there are');
    return at + 1;
  }

  #endScalar(): void {
    const text = this.#scalar;
    if (!SCALAR.test(text)) throw invalid('a value is none of those there are');
    this.#scalar = '';
    this.#put(JSON.parse(text) as SpooledJson);
  }

  #begin(at: number, isName: boolean): number {
    this.#isName = isName;
    this.#string = new StringBytes();
    return at;
  }

  /** As far as the string goes, or the bytes. @returns where that is */
  #inString(bytes: Buffer, from: number, pieces: Piece[]): number {
    const string = this.#string!;
    let at = from;
    while (at < bytes.length) {
      const end = string.isEscaping ? at : endOfRun(bytes, at);
      if (end > at) string.raw(bytes.subarray(at, end));
      at = end;
      if (at === bytes.length) break;
      const byte = bytes[at++]!;
      if (string.isEscaping || byte === BACKSLASH) string.escape(byte, invalid);
      else if (byte === QUOTE) {
        this.#endString(string, pieces);
        return at;
      } else throw invalid('a control character stands in a string');
    }
    this.#spill(string, pieces);
    return at;
  }

  /** What has become too long to be held goes out. */
  #spill(string: StringBytes, pieces: Piece[]): void {
    const { longBytes, heldBytesMax } = this.#limits;
    const most = this.#held > heldBytesMax / 2 ? Math.min(longBytes, NAME_BYTES_MAX) : longBytes;
    if (string.index === undefined && string.bytes <= most) return;
    if (this.#isName) throw invalid('a name is longer than any that there is');
    string.index ??= this.#texts++;
    const taken = string.take();
    if (taken.length > 0) pieces.push({ index: string.index, bytes: taken });
  }

  #endString(string: StringBytes, pieces: Piece[]): void {
    string.end();
    this.#spill(string, pieces);
    this.#string = undefined;
    if (string.index !== undefined) this.#put(new LongText(string.index, string.bytes));
    else this.#putHeld(string.take());
  }

  #putHeld(bytes: Buffer): void {
    if (!isUtf8(bytes)) throw invalid('it is not UTF-8');
    this.#hold(bytes.length);
    const text = bytes.toString('utf8');
    if (!this.#isName) {
      this.#put(text);
      return;
    }
    if (text === '__proto__') throw invalid('a name is `__proto__`');
    this.#stack.at(-1)!.name = text;
    this.#expected = 'colon';
  }
}
