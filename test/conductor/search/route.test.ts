import t from 'tap';
import { plainContext } from '../../../conductor/search/context.ts';
import { scoreChunkForRouting } from '../../../conductor/search/route.ts';
import { planOf } from './cut-text.ts';

t.test('the chunk that holds the answer is asked first, and one that holds nothing scores nothing', async (t) => {
  const chunks = ['all is well\nnothing to see\n', 'the disk is full\n', 'a disk\nanother disk\na third disk\n'];
  const plan = planOf(chunks.join(''), 'full disk');
  const [none, answer, words] = chunks.map((text) => scoreChunkForRouting(text, plan, plainContext(text, 'log')));
  t.equal(none, 0);
  t.ok(answer! > words! && words! > 0);
});
