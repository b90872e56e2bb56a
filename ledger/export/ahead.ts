// Reads ahead: while one item is used the next few are being loaded, because a store answers many reads in little more
// than the time of one.

/**
 * What `load` makes of each item, in their order.
 * @param inFlightMax bounds what is in memory at once
 */
export async function* ahead<Item, Loaded>(
  items: AsyncIterable<Item> | Iterable<Item>,
  inFlightMax: number,
  load: (item: Item) => Promise<Loaded>,
): AsyncGenerator<Loaded> {
  const waiting: Promise<Loaded>[] = [];
  try {
    for await (const item of items) {
      const loading = load(item);
      loading.catch(() => undefined); // whoever awaits it in its turn hears of it
      waiting.push(loading);
      if (waiting.length >= inFlightMax) yield await waiting.shift()!;
    }
    while (waiting.length > 0) yield await waiting.shift()!;
  } finally {
    await Promise.allSettled(waiting); // a store is not closed under a read
  }
}
