// Owns true counts: how many log lines of the whole input are the same but for their values. A count is exact or it is
// not given at all.
import { templateKey } from './template.ts';

/** Templates counted; later ones are not, rather than wrongly. About 10 MB at the very most. */
const TEMPLATES_MAX = 65_536;

/** Counts every line of the input by its template. */
export class LineCounts {
  readonly #counts = new Map<string, number>();

  observe(text: string, start: number, end: number): void {
    const key = templateKey(text, start, end, 'log');
    const known = this.#counts.get(key);
    if (known !== undefined) this.#counts.set(key, known + 1);
    else if (this.#counts.size < TEMPLATES_MAX) this.#counts.set(key, 1);
  }

  /** Lines with this template (a log candidate's `groupKey`); undefined when they were not all counted. */
  of(groupKey: string): number | undefined {
    return this.#counts.get(groupKey);
  }
}
