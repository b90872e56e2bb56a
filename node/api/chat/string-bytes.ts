// A JSON string on its way in: its bytes as UTF-8, with the escapes resolved, however they are cut into pieces.

const LETTER_U = 0x75;
const FIRST_BYTES = 64;
/** What follows the backslash, and what it means. */
const PLAIN: ReadonlyMap<number, Buffer> = new Map(
  Object.entries({ '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }).map(
    ([letter, meant]) => [letter.charCodeAt(0), Buffer.from(meant)],
  ),
);
/** What stands for half a surrogate pair: UTF-8 has no such thing. */
const REPLACEMENT = '\ufffd';

export class StringBytes {
  /** Number of the text that it has become. */
  index: number | undefined;
  /** Of the whole string so far. */
  bytes = 0;
  #out = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;
  /** `\`, or `\u` and the digits that have come. */
  #escape = '';
  /** The first half of a pair. */
  #high = 0;

  get isEscaping(): boolean {
    return this.#escape !== '';
  }

  /** Bytes that stand for themselves. */
  raw(bytes: Buffer): void {
    this.#flushHigh();
    this.#add(bytes);
  }

  /** The next byte of an escape. @param invalid makes the error of one that there is not */
  escape(byte: number, invalid: (reason: string) => Error): void {
    if (this.#escape === '') {
      this.#escape = '\\';
      return;
    }
    if (this.#escape === '\\' && byte !== LETTER_U) {
      const plain = PLAIN.get(byte);
      if (plain === undefined) throw invalid('an escape is none of those there are');
      this.#escape = '';
      this.#flushHigh();
      this.#add(plain);
      return;
    }
    this.#escape += String.fromCharCode(byte);
    if (this.#escape.length < 6) return;
    const digits = this.#escape.slice(2);
    this.#escape = '';
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw invalid('an escape is none of those there are');
    this.#unit(Number.parseInt(digits, 16));
  }

  /** The string has ended. */
  end(): void {
    this.#flushHigh();
  }

  /** What has come since it was last taken; the half of a pair waits for the other. */
  take(): Buffer {
    const taken = Buffer.from(this.#out.subarray(0, this.#length));
    this.#length = 0;
    return taken;
  }

  #add(bytes: Buffer): void {
    const length = this.#length + bytes.length;
    if (length > this.#out.length) {
      const larger = Buffer.allocUnsafe(Math.max(length, this.#out.length * 2));
      this.#out.copy(larger, 0, 0, this.#length);
      this.#out = larger;
    }
    bytes.copy(this.#out, this.#length);
    this.#length = length;
    this.bytes += bytes.length;
  }

  /** A UTF-16 unit. */
  #unit(unit: number): void {
    const isLow = unit >= 0xdc00 && unit <= 0xdfff;
    if (this.#high !== 0 && isLow) {
      const pair = String.fromCharCode(this.#high, unit);
      this.#high = 0;
      this.#add(Buffer.from(pair));
      return;
    }
    this.#flushHigh();
    if (unit >= 0xd800 && unit <= 0xdbff) this.#high = unit;
    else this.#add(Buffer.from(isLow ? REPLACEMENT : String.fromCharCode(unit)));
  }

  #flushHigh(): void {
    if (this.#high === 0) return;
    this.#high = 0;
    this.#add(Buffer.from(REPLACEMENT));
  }
}
