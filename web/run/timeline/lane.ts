// A lane: the bars of one provider, or of one chunk, on as many rows as it takes for none to overlap.
import { FreeRows } from './free-rows.ts';
import { Row } from './row.ts';

export class Lane {
  readonly key: string;
  readonly label: string;
  readonly rows: Row[] = [];
  bars = 0;
  readonly #free = new FreeRows();

  constructor(key: string, label: string) {
    this.key = key;
    this.label = label;
  }

  /** @returns the row and the place in it */
  place(bar: number, startMs: number, mark: number): { readonly row: number; readonly at: number } {
    this.bars++;
    let row = this.#free.pop();
    // A clock that went back may leave a row whose last bar ends later than this one begins: then it gets a new one.
    if (row === undefined || this.rows[row]!.freeFromMs > startMs) row = this.rows.push(new Row()) - 1;
    return { row, at: this.rows[row]!.push(bar, startMs, mark) };
  }

  /** The bar has ended; the row takes the next one. */
  end(row: number, at: number, endMs: number): void {
    const line = this.rows[row]!;
    line.ends[at] = Math.max(endMs, line.starts[at]!);
    if (at === line.length - 1) this.#free.push(row);
  }
}
