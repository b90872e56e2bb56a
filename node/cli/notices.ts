// Lines for the user beside the answer: all on stderr, each made safe to print, and kept out of the way
// of a live progress block.
import { printableLine } from './printable.ts';

export class Notices {
  readonly #write: (text: string) => void;
  #around: ((print: () => void) => void) | undefined;

  constructor(stream: { write(text: string): unknown }) {
    this.#write = (text) => void stream.write(text);
  }

  /** While set, `around` clears what is drawn, lets the line be printed and draws again. */
  drawAround(around: ((print: () => void) => void) | undefined): void {
    this.#around = around;
  }

  line(text: string): void {
    const print = () => this.#write(`${printableLine(text)}\n`);
    if (this.#around === undefined) print();
    else this.#around(print);
  }
}
