// A lane: the bars of one provider, or of one chunk, on as many rows as it takes for none to overlap.
import { FreeRows } from './free-rows.ts';
import { Row } from './row.ts';

/** A row of a lane, as it stands among those of all lanes. */
export interface Line {
  readonly lane: Lane;
  readonly row: Row;
  /** True for the first row of its lane, which has the label. */
  readonly first: boolean;
}

export class Lane {
  readonly key: string;
  readonly label: string;
  readonly lines: Line[] = [];
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
    if (row === undefined || this.lines[row]!.row.freeFromMs > startMs)
      row = this.lines.push({ lane: this, row: new Row(), first: this.lines.length === 0 }) - 1;
    return { row, at: this.lines[row]!.row.push(bar, startMs, mark) };
  }

  /** The bar has ended; the row takes the next one. */
  end(row: number, at: number, endMs: number): void {
    const line = this.lines[row]!.row;
    line.ends[at] = Math.max(endMs, line.starts[at]!);
    if (at === line.length - 1) this.#free.push(row);
  }
}
