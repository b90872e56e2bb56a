// Random numbers of a simulation, one stream for each concern, all from one seed: a draw more in one (a message lost, say)
// shifts no other, so that two worlds that differ in one rate differ in nothing else.
import type { Random } from '../../../conductor/ports.ts';
import { canonicalHash } from '../../../protocol/canonical.ts';

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** sfc32 (Doty-Humphrey): 128 bits of state, a period no simulation comes near. */
export class Stream implements Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number, concern: string) {
    const hash = canonicalHash([seed, concern]);
    const word = (at: number) => Number.parseInt(hash.slice(at * 8, at * 8 + 8), 16) | 0;
    [this.#a, this.#b, this.#c] = [word(0), word(1), word(2)];
    for (let turn = 0; turn < 12; turn++) this.next();
  }

  /** 32 bits. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return sum >>> 0;
  }

  fraction(): number {
    return this.next() / 2 ** 32;
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at++) bytes[at] = this.next() >>> 24;
    return bytes;
  }

  hex(bytes: number): string {
    let text = '';
    for (let at = 0; at < bytes; at++) text += HEX[this.next() >>> 24];
    return text;
  }

  chance(share: number): boolean {
    return share > 0 && this.fraction() < share;
  }

  /** From 0 to `below` - 1. */
  integer(below: number): number {
    return Math.floor(this.fraction() * below);
  }

  /** One of them; there must be some. */
  pick<Item>(items: readonly Item[]): Item {
    return items[this.integer(items.length)]!;
  }

  between(least: number, most: number): number {
    return least + this.fraction() * (most - least);
  }

  /** Standard normal (Box-Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.fraction())) * Math.cos(2 * Math.PI * this.fraction());
  }

  /** Log-normal about a median: service times and network delays have such a tail. @param spread of the logarithm */
  around(median: number, spread: number): number {
    return median * Math.exp(spread * this.normal());
  }
}

/** A number from 0 up to 1 that depends on its arguments only: what is true of a chunk is true whoever asks, and when. */
export function fractionOf(seed: number, left: number, right = 0): number {
  let mixed = (seed ^ Math.imul(left + 0x9e3779b9, 0x85ebca6b) ^ Math.imul(right + 0x7f4a7c15, 0xc2b2ae35)) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}
