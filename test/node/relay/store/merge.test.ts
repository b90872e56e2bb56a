import t from 'tap';
import type { Stored } from '../../../../node/relay/store/event-store.ts';
import { merged } from '../../../../node/relay/store/merge.ts';

const stored = (createdAt: number, id: string): Stored => ({ id, createdAt, raw: undefined });

async function* slowly(...all: Stored[]): AsyncGenerator<Stored> {
  for (const one of all) {
    await null;
    yield one;
  }
}

async function idsOf(source: AsyncIterable<Stored>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of source) ids.push(id);
  return ids;
}

t.test('several ordered answers become one ordered answer without repeats', async (t) => {
  const [a, b, c, d] = [stored(9, 'a'), stored(9, 'b'), stored(5, 'c'), stored(1, 'd')];
  t.same(await idsOf(merged([[a, c], slowly(a, b, d), [], slowly(b, c)])), ['a', 'b', 'c', 'd']);
  t.same(await idsOf(merged([[b, c]])), ['b', 'c']);
  t.same(await idsOf(merged([])), []);
});

t.test('a reader that stops early closes every source', async (t) => {
  let closed = 0;
  async function* source(): AsyncGenerator<Stored> {
    try {
      for (let n = 100; ; n -= 1) yield stored(n, `${n}`);
    } finally {
      closed += 1;
    }
  }
  for await (const one of merged([source(), source()])) if (one.createdAt === 98) break;
  t.equal(closed, 2);
});
