// Rows by where they stand: `b/due/<provider>/<customer>/<job>` is in five folders, one in the other. What is in a folder,
// and the sum of its amounts, is found without looking at any other row, however many there are.

interface Folder {
  readonly folders: Map<string, Folder>;
  /** Last part of the name → the whole name. */
  readonly rows: Map<string, string>;
  /** Of all numbers in it and below. */
  sum: number;
}

const newFolder = (): Folder => ({ folders: new Map(), rows: new Map(), sum: 0 });
const amountIn = (value: unknown): number => (typeof value === 'number' ? value : 0);

export class RowFolders {
  readonly #root = newFolder();

  /** A row had the value `before` and has `after` now; undefined means that it is not there. */
  change(row: string, before: unknown, after: unknown): void {
    const parts = row.split('/');
    const change = amountIn(after) - amountIn(before);
    const path = [this.#root];
    for (const part of parts.slice(0, -1)) {
      const above = path[path.length - 1] as Folder;
      const folder = above.folders.get(part) ?? newFolder();
      above.folders.set(part, folder);
      path.push(folder);
    }
    for (const folder of path) folder.sum += change;
    const last = path[path.length - 1] as Folder;
    const name = parts[parts.length - 1] as string;
    if (after !== undefined) last.rows.set(name, row);
    else if (last.rows.delete(name)) prune(path, parts);
  }

  /** Names of the rows that begin so, in no order. */
  *within(prefix: string): Generator<string> {
    const folder = this.#folderOf(prefix);
    if (folder === undefined) return;
    if (prefix.endsWith('/')) yield* namesIn(folder);
    else for (const row of namesIn(folder)) if (row.startsWith(prefix)) yield row;
  }

  /** Sum of the numbers in a folder and below, without looking at each. @param folder ends with `/` */
  sum(folder: string): number {
    return this.#folderOf(folder)?.sum ?? 0;
  }

  #folderOf(prefix: string): Folder | undefined {
    let folder: Folder | undefined = this.#root;
    for (const part of prefix.split('/').slice(0, -1)) folder = folder?.folders.get(part);
    return folder;
  }
}

function* namesIn({ rows, folders }: Folder): Generator<string> {
  yield* rows.values();
  for (const folder of folders.values()) yield* namesIn(folder);
}

/** Removes folders with nothing in them, from the innermost outwards. */
function prune(path: readonly Folder[], parts: readonly string[]): void {
  for (let depth = path.length - 1; depth > 0; depth--) {
    const { rows, folders } = path[depth] as Folder;
    if (rows.size > 0 || folders.size > 0) return;
    path[depth - 1]?.folders.delete(parts[depth - 1] as string);
  }
}
