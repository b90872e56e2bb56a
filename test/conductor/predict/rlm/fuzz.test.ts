import fc from 'fast-check';
import t from 'tap';
import { ACTION_NAMES } from '../../../../conductor/predict/rlm/actions.ts';
import { COMPARISONS } from '../../../../conductor/predict/rlm/vars/steps.ts';
import { CONTROLLER_PROMPT_BYTES_MAX } from '../../../../protocol/limits.ts';
import { Stage } from './stage.ts';

const ACTIONS = 10_000;
const PER_EXPLORATION = 10;

/** Mostly what fits, now and then what must be refused. */
const name = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('a', 'b') },
  { weight: 1, arbitrary: fc.constantFrom('rows', '__proto__', '', 'x'.repeat(40)) },
);
const reference = fc.oneof(
  name,
  name.map((one) => `${one}[1]`),
  name.map((one) => `${one}[999999999]`),
);
const number = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(1, 0, 1, 1) },
  { weight: 1, arbitrary: fc.constantFrom(-1, 7, 1e9, 2 ** 53, 1.5, Number.NaN, 1e308) },
);
const text = fc.oneof(
  fc.constantFrom(
    'line',
    '日本',
    '🙂',
    '\ud83d',
    '(a+)+$',
    '[',
    '\n',
    '\r\n',
    '{{a}}',
    '{{rows[1].text}} [1]',
    '',
    '\u0000',
  ),
  fc.string({ maxLength: 30 }),
);
const value = fc.oneof(
  text,
  number,
  fc.boolean(),
  fc.constant(null),
  fc.array(text, { maxLength: 3 }),
  fc.json().map((json) => JSON.parse(json)),
);
const condition = fc.record(
  {
    field: fc.oneof(text, fc.constantFrom('text', 'score', 'label', '_line')),
    is: fc.constantFrom(...COMPARISONS),
    value,
    var: name,
  },
  { requiredKeys: ['field', 'is'] },
);
const field = fc.constantFrom('label', 'label', 'text', '_line', 'label', 'count', 'nobody', 'constructor');
const fields = fc.oneof(field, fc.array(field, { minLength: 1, maxLength: 3 }));
const op = (
  name: string,
  own: Record<string, fc.Arbitrary<unknown>> = {},
  may: Record<string, fc.Arbitrary<unknown>> = {},
) => fc.record({ op: fc.constant(name), ...own, ...may }, { requiredKeys: ['op', ...Object.keys(own)] as never[] });
const step = fc.oneof(
  op(
    'filter',
    { where: fc.oneof(condition, fc.array(condition, { minLength: 1, maxLength: 3 })) },
    { any: fc.boolean() },
  ),
  op('select', { fields }),
  op('distinct', {}, { by: fields }),
  op(
    'group',
    { by: fields },
    {
      with: fc.array(fc.record({ fn: fc.constantFrom('max', 'distinct', 'sum'), field, as: field }), { maxLength: 2 }),
    },
  ),
  op('sort', { by: fields }, { desc: fc.boolean() }),
  op('top', { n: number }, { by: fields }),
  op('join', { with: name, on: fields }, { kind: fc.constantFrom('inner', 'left', 'semi', 'anti') }),
  op('union', { with: name }),
  op('pairs', { of: field }, { with: name }),
  op('count'),
  ...['sum', 'mean', 'min', 'max', 'first', 'list'].map((one) => op(one, { field })),
  op('calc', { fn: fc.constantFrom('divide', 'add', 'round') }, { by: fc.oneof(number, name) }),
  op(
    'derive',
    { as: field, fn: fc.constantFrom('lower', 'date', 'divide', 'text'), of: fields },
    { by: fc.oneof(number, field) },
  ),
  op('eval', { code: text }),
);
const evidence = fc.oneof(
  reference,
  fc.record({ file: number, startByte: number, endByte: number }),
  fc.record({ quote: text, file: number, ref: reference }, { requiredKeys: ['quote'] }),
);
const members = {
  file: number,
  var: name,
  from: number,
  text,
  mode: fc.constantFrom('literal', 'regex', 'bm25', 'literal', 'regex', 'bm25', 'fuzzy'),
  ignoreCase: fc.boolean(),
  files: fc.array(number, { minLength: 1, maxLength: 3 }),
  over: reference,
  max: number,
  into: name,
  startByte: number,
  endByte: number,
  startLine: number,
  endLine: number,
  ref: reference,
  before: number,
  after: number,
  bytes: fc.constantFrom(1_024, 3_000, 9),
  name,
  value,
  steps: fc.array(step, { minLength: 1, maxLength: 3 }),
  question: text,
  fields: fc.array(
    fc.record({
      name: fc.constantFrom('label', 'n', 'label', 'n', 'Bad Name'),
      type: fc.constantFrom('string', 'number', 'string', 'number', 'date'),
    }),
    { maxLength: 3 },
  ),
  chunkBytes: fc.constantFrom(1_024, 2_000, 1_024, 5),
  explore: fc.boolean(),
  tool: fc.constantFrom('grep', 'rm', ''),
  args: value,
  answer: text,
  evidence: fc.array(evidence, { maxLength: 3 }),
  shell: text,
} as const;
type Member = keyof typeof members;
/** The members that each action has: mostly these, so that most get past the form and into the kernel. */
const OWN: Readonly<Record<string, readonly Member[]>> = {
  Preview: ['file', 'var', 'from'],
  Search: ['text', 'mode', 'ignoreCase', 'files', 'over', 'max', 'into'],
  Load: ['file', 'startByte', 'endByte', 'startLine', 'endLine', 'ref', 'before', 'after', 'into'],
  Chunk: ['files', 'over', 'bytes', 'into'],
  WriteVar: ['name', 'value'],
  Compute: ['from', 'steps', 'into'],
  ExtractOverChunks: ['question', 'fields', 'files', 'over', 'chunkBytes', 'into'],
  SubLm: ['question', 'over', 'explore', 'into'],
  ToolCall: ['tool', 'args', 'into'],
  Final: ['answer', 'evidence'],
};

const REQUIRED: Readonly<Record<string, readonly never[]>> = Object.fromEntries(
  Object.entries({
    Search: ['text'],
    WriteVar: ['name', 'value'],
    Compute: ['from', 'steps'],
    ExtractOverChunks: ['question'],
    SubLm: ['question', 'over'],
    ToolCall: ['tool'],
    Final: ['answer'],
  }).map(([kind, required]) => [kind, required as never[]]),
);
/** Every exploration begins with variables to work with. */
const SETUP = [
  { action: 'Search', text: 'line', into: 'a' },
  { action: 'ExtractOverChunks', question: 'q', fields: [{ name: 'label', type: 'string' }], into: 'b' },
];

const action = fc.constantFrom(...ACTION_NAMES, 'Run').chain((kind) => {
  const own = OWN[kind] ?? [];
  const shape = Object.fromEntries(
    own.map((member) => [member, kind === 'Compute' && member === 'from' ? name : members[member]]),
  );
  return fc.record(
    { action: fc.constant(kind as string), ...shape },
    { requiredKeys: ['action' as never, ...(REQUIRED[kind] ?? [])] },
  );
});
const written = fc.oneof(
  { weight: 8, arbitrary: action.map((one) => JSON.stringify(one)) },
  { weight: 1, arbitrary: fc.tuple(action, fc.nat(60)).map(([one, cut]) => JSON.stringify(one).slice(0, -1 - cut)) },
  { weight: 1, arbitrary: fc.tuple(action, action).map((both) => both.map((one) => JSON.stringify(one)).join(' or ')) },
  {
    weight: 1,
    arbitrary: fc
      .record({ action: fc.constantFrom(...ACTION_NAMES), ...members }, { requiredKeys: ['action' as never] })
      .map((one) => JSON.stringify(one)),
  },
  { weight: 1, arbitrary: fc.oneof(fc.string(), fc.json(), fc.string({ unit: 'binary' })) },
);

t.test('10,000 fuzzed actions: nothing is thrown, at most one repair each, every answer cites the input', async (t) => {
  const content = `${Array.from({ length: 60 }, (_, at) => `line ${at} 日本🙂 label${at % 3}`).join('\r\n')}\n${'x'.repeat(9_000)}`;
  const bytes = Buffer.from(content);
  let actions = 0;
  const ended = new Map<string, number>();
  const done = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fc.array(written, { minLength: PER_EXPLORATION, maxLength: PER_EXPLORATION }), async (script) => {
      const stage = new Stage({
        texts: { 'a.txt': content, 'b.bin': Buffer.from([0xff, 10, 0xfe]) },
        leaf: (line, { fields }) =>
          fields === undefined ? { score: line.length } : { record: { label: line.slice(-6) } },
        ask: () => 'said',
        tools: [{ name: 'grep', about: '', args: {} }],
        tool: () => 'found',
        limits: { maxRlmIterations: PER_EXPLORATION * 4, maxSubLmCalls: 400 },
      });
      // A Final ends an exploration: the rest of its script is explored by another one.
      let at = 0;
      while (at < script.length) {
        const before = stage.prompts.length;
        const explored = await stage.explore([...SETUP, ...script.slice(at)]);
        const calls = Math.max(1, stage.prompts.length - before - SETUP.length);
        at += calls;
        actions += calls;
        const how = explored.fault?.code ?? 'answer';
        ended.set(how, (ended.get(how) ?? 0) + 1);
        t.ok(explored.repairs <= explored.iterations);
        for (const { file, startByte, endByte, quote } of explored.citations)
          if (file === 0 && bytes.subarray(startByte, endByte).toString() !== quote) t.fail(`cites ${quote}`);
        if (explored.fault?.code === 'internal') t.fail(explored.fault.message);
        if (explored.fault?.code === 'budget-limit-reached') break;
      }
      for (const { action, error, repairs = 0 } of stage.facts) {
        const key = error === undefined ? action : `${action} ${error.code}`;
        done.set(key, (done.get(key) ?? 0) + 1);
        if (error?.code === 'internal') t.fail(error.message);
        if (repairs > 1) t.fail(`${repairs} repairs`);
      }
      if (Math.max(...stage.promptBytes()) > CONTROLLER_PROMPT_BYTES_MAX) t.fail('a prompt is too long');
    }),
    { numRuns: Math.ceil(ACTIONS / PER_EXPLORATION) },
  );
  for (const name of ACTION_NAMES) t.ok((done.get(name) ?? 0) > 20, `${name} was done ${done.get(name)} times`);
  t.ok(actions >= ACTIONS, `${actions} actions; ended with ${JSON.stringify([...ended])}`);
});
