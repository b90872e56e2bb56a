// The union of several queries, in order and without repeats: what a REQ or COUNT with more than
// one filter asks for. Equal events stand side by side in sorted streams, so no set of ids is needed.
import type { Stored } from './event-store.ts';

type Source = Iterable<Stored> | AsyncIterable<Stored>;

function iteratorOf(source: Source): AsyncIterator<Stored> | Iterator<Stored> {
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
}

function comesFirst(left: Stored, right: Stored): boolean {
  return left.createdAt > right.createdAt || (left.createdAt === right.createdAt && left.id < right.id);
}

/** Newest first, each event once. Each source must itself be in that order. */
export async function* merged(sources: readonly Source[]): AsyncGenerator<Stored> {
  if (sources.length === 1) {
    yield* sources[0]!;
    return;
  }
  const iterators = sources.map(iteratorOf);
  try {
    const heads = await Promise.all(iterators.map(async (iterator) => iterator.next()));
    let previousId = '';
    for (;;) {
      let first = -1;
      heads.forEach((head, index) => {
        if (!head.done && (first < 0 || comesFirst(head.value, heads[first]!.value))) first = index;
      });
      if (first < 0) return;
      const stored: Stored = heads[first]!.value;
      if (stored.id !== previousId) yield stored;
      previousId = stored.id;
      heads[first] = await iterators[first]!.next();
    }
  } finally {
    for (const iterator of iterators) await iterator.return?.();
  }
}
