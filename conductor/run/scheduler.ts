// Keeps a number of tasks in flight over a stream: a new one starts when one ends, so that neither the
// input nor its answers are ever in memory whole.

/**
 * Runs `work` for every item, at most `width` at a time; ends when all are done, or, once `signal` is
 * aborted, when those in flight have ended. The first error of `work` or of the stream ends it and is thrown.
 */
export async function inFlight<Item>(
  items: AsyncGenerator<Item>,
  width: number,
  work: (item: Item) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let failed = false;
  const lane = async () => {
    while (!signal.aborted && !failed) {
      const { done, value } = await items.next();
      if (done || signal.aborted) return;
      try {
        await work(value);
      } catch (thrown) {
        failed = true;
        throw thrown;
      }
    }
  };
  try {
    const lanes = await Promise.allSettled(Array.from({ length: width }, lane));
    for (const ended of lanes) if (ended.status === 'rejected') throw ended.reason;
  } finally {
    await items.return(undefined);
  }
}
