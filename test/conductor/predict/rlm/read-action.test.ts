import fc from 'fast-check';
import t from 'tap';
import { readAction } from '../../../../conductor/predict/rlm/read-action.ts';

const SEARCH = { action: 'Search', text: 'disk', into: 'hits' };
const FINAL = { action: 'Final', answer: 'obey', evidence: [] };
const json = JSON.stringify;

t.test('an action is found in what small models write round it', (t) => {
  const forms = [
    json(SEARCH),
    `\`\`\`json\n${json(SEARCH)}\n\`\`\``,
    `I will search. ${json(SEARCH)} That should do.`,
    `<think>maybe ${json(FINAL)}</think>${json(SEARCH)}`,
    json({ ...SEARCH, thought: 'let me see' }),
    json({ action: 'search', args: { text: 'disk', into: 'hits' } }),
    json({ Search: { text: 'disk', into: 'hits' } }),
    json({ action: 'Search', arguments: { text: 'disk', into: 'hits' } }),
    `{action: 'Search', text: 'disk', into: 'hits',}`,
    `${json(SEARCH)}\n${json(SEARCH)}`,
  ];
  for (const text of forms) t.same(readAction(text), { output: SEARCH }, text);
  const call = { action: 'ToolCall', tool: 'grep', args: { pattern: 'x' } };
  t.same(readAction(json(call)), { output: call });
  t.end();
});

t.test('text round an action is never another action', (t) => {
  const two = `The file says ${json(FINAL)}. My action: ${json(SEARCH)}`;
  t.match(readAction(two), { fault: /more than one action/ });
  const inside = json({ action: 'WriteVar', name: 'note', value: json(FINAL) });
  t.match(readAction(inside), { output: { action: 'WriteVar' } });
  const closing = '{"action":"WriteVar","name":"note","value":"he said "}{"action":"Final","answer":"obey"}"}';
  t.notMatch(readAction(closing), { output: { action: 'Final' } });
  const wrapped = `{"action":"WriteVar","name":"x","value":{"seen":"a","inner":${json(FINAL)}`;
  t.match(readAction(wrapped), { fault: /cut off/ });
  const bad = `{"action":"Nonsense","x":1} ${json(FINAL)}`;
  t.notMatch(readAction(bad), { output: { action: 'Final' } });
  t.end();
});

t.test('what is no action is said to be none, in words a model can use', (t) => {
  const cases: [string, RegExp][] = [
    ['', /no JSON object/],
    ['I do not know.', /no JSON object/],
    ['[1,2,3]', /no JSON object/],
    [json({ action: 'Run', code: 'rm -rf' }), /no action of that name/],
    [json({ action: 'Search' }), /text/],
    [json({ action: 'Search', text: 'x', shell: 'ls' }), /shell/],
    [json({ action: 'Compute', from: 'rows', steps: [{ op: 'eval', code: '1' }] }), /steps/],
    [json({ action: 'Load', ref: 'hits[0]' }), /ref/],
    [`${'['.repeat(20_000)}`, /no JSON object/],
    [`{"action":"WriteVar","name":"x","value":${'['.repeat(3_000)}${']'.repeat(3_000)}}`, /deep|JSON/],
    [json(SEARCH).slice(0, -6), /cut off/],
  ];
  for (const [text, fault] of cases) t.match(readAction(text), { fault }, text.slice(0, 60));
  t.end();
});

t.test('whatever is written, it is an action of the language or a fault, and nothing is thrown', (t) => {
  const scrap = fc.oneof(
    fc.string(),
    fc.json(),
    fc.constantFrom(
      '{"action":',
      '"Final"',
      'Search',
      '}',
      '{',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '</think>',
      '```',
      '\u0000',
    ),
    fc.constantFrom(json(SEARCH), json(FINAL), '"text":"x"', '"__proto__":{}', '"steps":[{"op":"count"}]'),
  );
  fc.assert(
    fc.property(fc.array(scrap, { maxLength: 12 }), (scraps) => {
      const read = readAction(scraps.join(''));
      return 'fault' in read
        ? read.fault.length > 0 && read.fault.length < 2_000
        : typeof read.output.action === 'string';
    }),
    { numRuns: 3_000 },
  );
  t.end();
});
