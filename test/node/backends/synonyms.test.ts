import t from 'tap';
import { Synonyms } from '../../../node/backends/synonyms.ts';

t.test('words that mean the same are found, forms of the same word first', async (t) => {
  const synonyms = new Synonyms();
  t.teardown(() => synonyms.close());
  t.ok(synonyms.of('reply').includes('answer'));
  t.equal(synonyms.of('fail')[0], 'failure');
  t.same(synonyms.of('failing').slice(0, 2).sort(), ['fail', 'failure'], 'a form leads to its base');
  t.notOk(synonyms.of('reply').includes('reply'));
});

t.test('the first and the last word of the index are found as well as those between', async (t) => {
  const synonyms = new Synonyms();
  t.teardown(() => synonyms.close());
  for (const word of ['zymology', 'abandon', 'machine']) t.ok(synonyms.of(word).length > 0, word);
});

t.test('what is no word has no synonyms', async (t) => {
  const synonyms = new Synonyms();
  t.teardown(() => synonyms.close());
  for (const word of ['', 'qqqqq', '../etc/passwd', 'x'.repeat(10_000), '12', 'naïve']) t.same(synonyms.of(word), []);
});
