import t from 'tap';
import { embeddedController } from '../../../../conductor/predict/rlm/embedded-controller.ts';
import { Stage } from './stage.ts';

const LOG = Array.from({ length: 400 }, (_, index) =>
  index === 250 ? 'ERROR disk quota exceeded on volume seven' : `INFO request ${index} served in ${index % 17} ms`,
).join('\n');

t.test('a needle that a search finds costs no leaf', async (t) => {
  const stage = new Stage({ texts: { 'a.log': LOG } });
  const explored = await stage.explore([
    { action: 'Search', text: 'disk quota', into: 'hits' },
    { action: 'Final', answer: 'Volume seven is full: {{hits[1].text}} [1]', evidence: ['hits[1]'] },
  ]);
  t.equal(explored.fault, undefined);
  t.equal(explored.answer, 'Volume seven is full: ERROR disk quota exceeded on volume seven [1]');
  t.match(explored.citations, [
    { path: 'a.log', startLine: 251, endLine: 251, quote: 'ERROR disk quota exceeded on volume seven' },
  ]);
  t.equal(explored.subCalls, 0);
  t.match(stage.facts, [
    { action: 'Search', new_evidence: true, repairs: 0, spans: [{ path: 'a.log', start_line: 251, end_line: 251 }] },
    { action: 'Final' },
  ]);
});

t.test('records are counted, grouped and joined by the kernel, and numbers come from it', async (t) => {
  const lines = Array.from(
    { length: 100 },
    (_, index) => `user ${index % 5} wrote ${index % 3 === 0 ? 'spam' : 'ham'}`,
  );
  const stage = new Stage({
    texts: { 'mail.txt': `${lines.join('\n')}\n` },
    leaf: (line) => {
      const [, user, label] = /user (\d) wrote (\w+)/.exec(line) ?? [];
      return user === undefined || label === undefined ? undefined : { record: { user: Number(user), label } };
    },
  });
  const explored = await stage.explore([
    {
      action: 'ExtractOverChunks',
      question: 'Label each line',
      fields: [
        { name: 'user', type: 'number' },
        { name: 'label', type: 'string', values: ['spam', 'ham'] },
      ],
      into: 'rows',
    },
    {
      action: 'Compute',
      from: 'rows',
      steps: [{ op: 'filter', where: { field: 'label', is: '=', value: 'spam' } }, { op: 'count' }],
      into: 'n',
    },
    {
      action: 'Compute',
      from: 'rows',
      steps: [
        { op: 'group', by: 'user' },
        { op: 'pairs', of: 'user' },
      ],
      into: 'pairs',
    },
    { action: 'Final', answer: '{{n}}\n{{pairs}}', evidence: ['rows[1]'] },
  ]);
  t.equal(explored.fault, undefined);
  t.equal(explored.answer.split('\n')[0], '34');
  t.equal(explored.answer.split('\n').length, 11);
  t.equal(explored.subCalls, stage.asked);
  t.match(stage.shown(1), /"counts":\{"spam":34,"ham":66\}/);
});

t.test('without a model the embedded controller searches, and asks leaves only where nothing was found', async (t) => {
  const found = new Stage({ texts: { 'a.log': LOG }, query: 'Which volume exceeded its disk quota?' });
  const explored = await found.explore(embeddedController());
  t.match(explored.answer, /volume seven \[1\]/);
  t.equal(explored.subCalls, 0);
  const nothing = new Stage({
    texts: { 'a.log': LOG },
    query: 'Zebras anywhere?',
    leaf: (line) => (line.includes('quota') ? { score: 3 } : undefined),
  });
  const asked = await nothing.explore(embeddedController());
  t.match(asked.answer, /quota/);
  t.ok(asked.subCalls > 0);
});
