import t from 'tap';
import { z } from 'zod';
import { blocksOf, schemaHash } from '../../../conductor/predict/contract.ts';
import { canonicalHash } from '../../../protocol/canonical.ts';

t.test('schemas that take the same have the same hash, in whatever order they say so', async (t) => {
  const one = z.object({ a: z.string().max(3), b: z.number().int().optional() });
  const same = z.object({ b: z.number().int().optional(), a: z.string().max(3) });
  t.equal(schemaHash(one), schemaHash(same));
  t.equal(schemaHash(one), schemaHash(one));
  t.not(schemaHash(one), schemaHash(z.object({ a: z.string().max(4), b: z.number().int().optional() })));
});

t.test('blocks that the parameters replace are replaced, the others stay', async (t) => {
  const blocks = { task: 't', rules: ['r'], form: 'f' };
  t.same(blocksOf(blocks, {}), blocks);
  t.same(blocksOf(blocks, { blocks: { rules: [] } }), { ...blocks, rules: [] });
  t.equal(canonicalHash(blocksOf(blocks, { blocks: {} })), canonicalHash(blocks));
});
