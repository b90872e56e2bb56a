// A map whose names are paths: `due/<provider>/<customer>/<job>` is in three folders, one in the other. What is in a
// folder, and the sum of its amounts, is found without looking at any other name, however many there are.

interface Folder {
  /** Ends with `/`; the root's is ''. */
  readonly path: string;
  readonly above: Folder | undefined;
  readonly below: Set<Folder>;
  readonly names: Set<string>;
  /** Of all numbers in it and below. */
  sum: number;
}

interface Item<Value> {
  value: Value;
  readonly folder: Folder;
}

const amountIn = (value: unknown): number => (typeof value === 'number' ? value : 0);
const pathOf = (name: string) => name.slice(0, name.lastIndexOf('/') + 1);

export class FolderMap<Value> {
  readonly #items = new Map<string, Item<Value>>();
  readonly #root: Folder = { path: '', above: undefined, below: new Set(), names: new Set(), sum: 0 };
  readonly #folders = new Map<string, Folder>([['', this.#root]]);

  get size(): number {
    return this.#items.size;
  }

  get(name: string): Value | undefined {
    return this.#items.get(name)?.value;
  }

  set(name: string, value: Value): void {
    const item = this.#items.get(name);
    if (item !== undefined) {
      addTo(item.folder, amountIn(value) - amountIn(item.value));
      item.value = value;
      return;
    }
    const folder = this.#folder(pathOf(name));
    folder.names.add(name);
    addTo(folder, amountIn(value));
    this.#items.set(name, { value, folder });
  }

  delete(name: string): void {
    const item = this.#items.get(name);
    if (item === undefined) return;
    this.#items.delete(name);
    item.folder.names.delete(name);
    addTo(item.folder, -amountIn(item.value));
    this.#prune(item.folder);
  }

  /** Names that begin so and what they hold, in no order; where the prefix ends with `/` nothing else is looked at. */
  *within(prefix: string): Generator<readonly [name: string, value: Value]> {
    const path = pathOf(prefix);
    const folder = this.#folders.get(path);
    if (folder === undefined) return;
    for (const name of namesIn(folder)) {
      const item = this.#items.get(name);
      if (item !== undefined && (path === prefix || name.startsWith(prefix))) yield [name, item.value];
    }
  }

  /** Sum of the numbers in a folder and below, without looking at each. @param folder ends with `/`, or is '' */
  sum(folder: string): number {
    return this.#folders.get(folder)?.sum ?? 0;
  }

  #folder(path: string): Folder {
    const known = this.#folders.get(path);
    if (known !== undefined) return known;
    const above = this.#folder(pathOf(path.slice(0, -1)));
    const made: Folder = { path, above, below: new Set(), names: new Set(), sum: 0 };
    above.below.add(made);
    this.#folders.set(path, made);
    return made;
  }

  /** Removes folders with nothing in them, from the innermost outwards. Those at the top are few, and soon used again. */
  #prune(folder: Folder): void {
    for (let one = folder; one.names.size === 0 && one.below.size === 0; ) {
      const { above, path } = one;
      if (above?.above === undefined) return;
      above.below.delete(one);
      this.#folders.delete(path);
      one = above;
    }
  }
}

function addTo(folder: Folder, amount: number): void {
  if (amount === 0) return;
  for (let one: Folder | undefined = folder; one !== undefined; one = one.above) one.sum += amount;
}

function* namesIn({ names, below }: Folder): Generator<string> {
  yield* names;
  for (const folder of below) yield* namesIn(folder);
}
