import t from 'tap';
import { PLAN_TERMS_MAX } from '../../../conductor/search/plan.ts';
import { analyseQuery } from '../../../conductor/search/query.ts';

const stems = (query: string) =>
  analyseQuery(query)
    .terms.filter((term) => term.weight === 1)
    .map((term) => term.stem);
const hints = (query: string) => analyseQuery(query).hints;

t.test('stop words go, forms of a word stay together', async (t) => {
  t.same(stems('Which machines were lost?'), ['machin', 'lose', 'lost']);
  const { terms } = analyseQuery('Which machines were lost?');
  t.equal(terms.find((term) => term.stem === 'lose')?.concept, terms.find((term) => term.stem === 'lost')?.concept);
});

t.test('a question of stop words only is searched for as it stands', async (t) => {
  t.same(stems('who is it'), ['who', 'be', 'am', 'is', 'ar', 'wa', 'were', 'been', 'it']);
  t.same(analyseQuery('').terms, []);
  t.same(analyseQuery('?!').terms, []);
});

t.test('synonyms weigh less than the words of the question, and belong to them', async (t) => {
  const { terms } = analyseQuery('blurb', { synonyms: () => ['notice'] });
  const notice = terms.find((term) => term.stem === 'notic');
  t.ok(notice && notice.weight < 1);
  t.equal(notice?.concept, 0);
});

t.test('two words are also looked for as one', async (t) => {
  t.ok(analyseQuery('time out').terms.some((term) => term.stem === 'timeout'));
});

t.test('the wording says what is wanted', async (t) => {
  t.same(hints('How long does it wait?'), ['duration', 'number']);
  t.same(hints('How many nodes are there?'), ['count', 'number']);
  t.same(hints('Why does this build fail?'), ['reason', 'diagnosis']);
  t.same(hints('What broke the build?'), ['diagnosis']);
  t.same(hints('Why did the backup of the mail server fail?'), ['reason', 'failure']);
  t.same(hints('Where is the retry limit set?'), []);
});

t.test('a huge question gives a bounded number of terms', async (t) => {
  const query = Array.from({ length: 5_000 }, (_, index) => `word${index}`).join(' ');
  t.ok(analyseQuery(query).terms.length <= PLAN_TERMS_MAX);
  t.ok(analyseQuery('x'.repeat(1_000_000)).terms.every((term) => term.stem.length <= 64));
});
