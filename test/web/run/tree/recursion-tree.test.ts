// The tree that is made line by line is the tree that one would make whole.
import fc from 'fast-check';
import t from 'tap';
import { fold } from '../../../../protocol/fold.ts';
import { ChunkParts } from '../../../../web/run/tree/chunk-parts.ts';
import { figuresOf, type TreeLine, treeLines } from '../../../../web/run/tree/recursion-tree.ts';
import { lawfulTrace } from '../../../support/lawful-trace.ts';
import { traceOf } from '../../../support/traces.ts';

function treeOf(events: Parameters<typeof fold>[0], turned: readonly string[] = []) {
  const state = fold(events);
  const parts = new ChunkParts();
  parts.take(state);
  const lines = treeLines(state, parts, new Set(turned), 0);
  const all: TreeLine[] = Array.from({ length: lines.count }, (_, at) => lines.lineAt(at));
  return { state, parts, lines, all };
}

t.test('whatever is open, every line has its place, its parent above it, and is found by its key', async (t) => {
  const turned = fc.array(
    fc.oneof(
      fc.nat(12).map((chunk) => `chunk ${chunk}`),
      fc.constantFrom('chunks', 'run'),
    ),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(lawfulTrace, turned, (events, keys) => {
      const { lines, all } = treeOf(events, [...new Set(keys)]);
      t.equal(new Set(all.map(({ key }) => key)).size, all.length, 'no line twice');
      for (const [at, line] of all.entries()) {
        t.equal(lines.indexOf(line.key), at);
        const parent = all[lines.indexOf(line.parent)]!;
        t.equal(parent.level, Math.max(1, line.level - 1));
        t.ok(line.position >= 1 && line.position <= line.siblings);
        const next = all[at + 1];
        if (next !== undefined && next.level > line.level)
          t.equal(line.open, true, 'only what is open has lines below');
      }
    }),
    { numRuns: 100 },
  );
});

t.test('an open chunk shows each of its queries, and a closed one none', async (t) => {
  const { all } = treeOf(traceOf({ queries: 5 }), ['chunk 3']);
  t.same(
    all.filter(({ kind }) => kind === 'query').map(({ query }) => query),
    ['3.0'],
  );
  t.equal(all.filter(({ kind }) => kind === 'chunk').length, 5);
});

t.test('a hundred thousand chunks cost only the lines that are asked for', async (t) => {
  const state = fold(traceOf({ queries: 1 }));
  for (let chunk = 1; chunk < 100_000; chunk++) state.chunks[chunk] = state.chunks[0]!;
  const lines = treeLines(state, new ChunkParts(), new Set(['chunk 0', 'chunk 99999']), 0);
  t.ok(lines.count >= 100_000);
  t.match(lines.lineAt(50_002).words, /^Chunk 50000/);
  t.equal(lines.indexOf('chunk 50000'), 50_002);
});

t.test('parts that take in a growing run come to what they are when it is read whole', async (t) => {
  fc.assert(
    fc.property(lawfulTrace, fc.nat(), (events, cut) => {
      const at = 1 + (cut % events.length);
      const growing = new ChunkParts();
      const early = fold(events.slice(0, at));
      growing.take(early);
      const whole = fold(events);
      const fresh = new ChunkParts();
      fresh.take(whole);
      growing.take(whole);
      const ids = (parts: ChunkParts) => [...parts.queries].map(([chunk, list]) => [chunk, list.map(({ id }) => id)]);
      t.same(ids(growing), ids(fresh));
      t.equal(figuresOf(whole, fresh).queries, whole.queries.size);
    }),
    { numRuns: 40 },
  );
});
