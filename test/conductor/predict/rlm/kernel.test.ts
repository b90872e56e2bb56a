import t from 'tap';
import { embeddedController } from '../../../../conductor/predict/rlm/embedded-controller.ts';
import { type Script, Stage } from './stage.ts';

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

t.test('each action does what it says, and tells where what it shows is from', async (t) => {
  const text = Array.from({ length: 300 }, (_, index) => `line ${index + 1} 日本🙂`).join('\r\n');
  const stage = new Stage({
    texts: { 'a.txt': text, 'b.txt': 'other file\n' },
    ask: (question, given) => `${question} ${given.length}`,
    tools: [{ name: 'grep', about: 'finds', args: {} }],
    tool: (tool, args) => `${tool} ${JSON.stringify(args)}`,
  });
  const script = [
    { action: 'Preview' },
    { action: 'Preview', file: 0, from: 100 },
    { action: 'Search', text: 'LINE 150', into: 'hits' },
    { action: 'Load', ref: 'hits[1]', before: 2, after: 1, into: 'page' },
    { action: 'Load', file: 0, startLine: 299, endLine: 400, into: 'tail' },
    { action: 'Preview', var: 'page' },
    { action: 'Chunk', bytes: 1_024, files: [0], into: 'parts' },
    { action: 'WriteVar', name: 'note', value: { seen: ['日本', 3] } },
    { action: 'SubLm', question: 'How long?', over: 'page', into: 'said' },
    { action: 'ToolCall', tool: 'grep', args: { pattern: 'x' }, into: 'out' },
    { action: 'Compute', from: 'parts', steps: [{ op: 'sum', field: 'bytes' }], into: 'total' },
    {
      action: 'Final',
      answer: '{{total}} {{note}} {{said}}',
      evidence: ['page', { quote: 'line 7 日本🙂' }, { file: 0, startByte: 0, endByte: 6 }],
    },
  ];
  const explored = await stage.explore(script);
  t.equal(explored.fault, undefined);
  t.match(stage.shown(1), '{"file":1,"path":"b.txt","bytes":11}');
  t.match(
    stage.shown(2),
    /"source":"a.txt","start":\d+,"end":\d+,"total":\d+,"lines":"\d+-\d+","trust":"untrusted","origin":"preview"/,
  );
  t.match(stage.shown(3), /"ref":"hits\[1\]","source":"a.txt","start":\d+,"end":\d+,"total":\d+,"lines":"150-150"/);
  t.match(stage.shown(4), /"lines":"148-151".*\n\| line 148 日本🙂\n\| line 149.*\n\| line 150.*\n\| line 151/);
  t.match(stage.shown(5), /"lines":"299-300".*\n\| line 299 日本🙂\n\| line 300/);
  t.match(stage.shown(10), '| grep {"pattern":"x"}');
  t.equal(
    explored.answer,
    `${Buffer.byteLength(text)} {"seen":["日本",3]} How long? ${'line 148 日本🙂\r\n'.length * 4}`,
  );
  t.same(
    explored.citations.map(({ startLine, quote }) => [startLine, quote]),
    [
      [148, 'line 148 日本🙂\r\nline 149 日本🙂\r\nline 150 日本🙂\r\nline 151 日本🙂'],
      [7, 'line 7 日本🙂'],
      [1, 'line 1'],
    ],
  );
  for (const { startByte, endByte, quote } of explored.citations)
    t.equal(Buffer.from(text).subarray(startByte, endByte).toString(), quote);
  t.match(stage.budget.usage(), { toolCalls: 1, subLmCalls: 1, lmCalls: 13, rlmIterations: 12 });
});

t.test('what cannot be done is told to the controller, and the exploration goes on', async (t) => {
  const stage = new Stage({ texts: { 'a.txt': 'hello\n' } });
  const explored = await stage.explore([
    { action: 'Load', ref: 'nothing[1]' },
    { action: 'Search', text: '(', mode: 'regex' },
    { action: 'Load', file: 7 },
    { action: 'ToolCall', tool: 'rm', args: {} },
    'not json',
    'still not json',
    { action: 'Final', answer: 'done', evidence: [] },
  ]);
  t.equal(explored.answer, 'done');
  t.match(
    stage.shown(1),
    /"error":"action-refused"\}\n\| there is no variable of this name; there is none yet \(nothing\)/,
  );
  t.match(stage.shown(2), /"error":"pattern-invalid"/);
  t.match(stage.shown(4), /there are no tools here/);
  t.match(stage.shown(6), /"error":"action-invalid"/);
  t.equal(explored.repairs, 1);
  t.match(stage.facts[4], { action: 'none', repairs: 1, error: { code: 'action-invalid' } });
});

t.test('a citation that is not in the input is refused once, then left out, and the marks follow', async (t) => {
  const stage = new Stage({ texts: { 'a.txt': 'one\ntwo\n' } });
  const final = {
    action: 'Final',
    answer: 'Three [1], two [2], {{nobody}}.',
    evidence: [{ quote: 'three' }, { quote: 'two' }],
  };
  const explored = await stage.explore([final, final]);
  t.match(stage.shown(1), /"refused":"Final","faults":2/);
  t.equal(explored.answer, 'Three, two [1], {{nobody}}.');
  t.match(explored.citations, [{ quote: 'two', startLine: 2, startByte: 4, endByte: 7 }]);
});

t.test('a deeper exploration sees only its places, shares the budget, and goes no deeper than allowed', async (t) => {
  const text = `secret alpha\n${'filler\n'.repeat(200)}open beta\nopen gamma\n`;
  const script: Script = (messages, call) => {
    const question = messages[1]?.content.match(/\nQuestion: (.*)/)?.[1];
    if (question === 'inner?') {
      const inner = [
        { action: 'Search', text: 'secret', into: 'in' },
        { action: 'Search', text: 'open', into: 'open' },
        { action: 'Load', file: 0, startByte: 0, endByte: 12 },
        { action: 'SubLm', question: 'deeper?', over: 'open', explore: true },
        { action: 'Final', answer: 'found {{open[1].text}}', evidence: ['open[1]'] },
      ];
      return inner[call - 2] ?? {};
    }
    if (call === 0) return { action: 'Search', text: 'open', into: 'hits' };
    if (call === 1) return { action: 'SubLm', question: 'inner?', over: 'hits', explore: true, into: 'below' };
    return { action: 'Final', answer: '{{below}}', evidence: ['below_evidence[1]'] };
  };
  const stage = new Stage({ texts: { 'a.txt': text } });
  const explored = await stage.explore(script);
  t.equal(explored.answer, 'found open beta');
  t.match(explored.citations, [{ quote: 'open beta', startLine: 202 }]);
  t.match(stage.shown(3), '"matches":0');
  t.match(stage.shown(5), /"error":"action-refused"/);
  t.match(stage.shown(6), /no deeper exploration is allowed/);
  t.same(
    stage.facts.map(({ depth }) => depth),
    [0, 1, 1, 1, 1, 1, 0, 0],
  );
  t.equal(stage.budget.usage().rlmIterations, 8);
  const shallow = new Stage({ texts: { 'a.txt': text }, maxDepth: 1 });
  await shallow.explore(script);
  t.match(shallow.shown(2), /no deeper exploration is allowed/);
});

t.test('what was asked of every chunk is not bought twice while its answer is there', async (t) => {
  const stage = new Stage({ texts: { a: 'one\ntwo\n' }, leaf: () => ({ score: 1 }) });
  const ask = { action: 'ExtractOverChunks', question: 'q', into: 'rows' };
  await stage.explore([ask, { ...ask, into: 'again' }, { action: 'WriteVar', name: 'rows', value: 1 }, ask]);
  t.match(stage.shown(2), /this was asked before; what was found is in the variable \(rows\)/);
  t.equal(stage.asked, 2);
});
