import t from 'tap';
import { follow } from '../../../web/app/key-sequence.ts';

const KNOWN = ['?', 'g r', 'g n', 'r'];

function hits(...keys: string[]): (string | undefined)[] {
  let begun = '';
  return keys.map((key) => {
    const followed = follow(begun, key, KNOWN);
    begun = followed.begun;
    return followed.hit;
  });
}

t.test('a key alone is a shortcut, and two in order are one', async (t) => {
  t.same(hits('?'), ['?']);
  t.same(hits('g', 'r'), [undefined, 'g r']);
  t.same(hits('g', 'n', 'r'), [undefined, 'g n', 'r']);
});

t.test('a key that goes on nothing begins anew', async (t) => {
  t.same(hits('g', '?'), [undefined, '?'], 'it is a shortcut by itself');
  t.same(hits('g', 'g', 'r'), [undefined, undefined, 'g r']);
  t.same(hits('x', 'r'), [undefined, 'r']);
});
