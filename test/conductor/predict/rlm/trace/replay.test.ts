import fc from 'fast-check';
import t, { type Test } from 'tap';
import { embeddedController } from '../../../../../conductor/predict/rlm/embedded-controller.ts';
import { explore } from '../../../../../conductor/predict/rlm/kernel.ts';
import { outputHashOf } from '../../../../../conductor/predict/rlm/trace/output.ts';
import { Recorder } from '../../../../../conductor/predict/rlm/trace/recorder.ts';
import { replay } from '../../../../../conductor/predict/rlm/trace/replay.ts';
import { canonicalJson } from '../../../../../protocol/canonical.ts';
import { ARTIFACT_BYTES_MAX } from '../../../../../protocol/limits.ts';
import { madeCorpus } from '../made-corpus.ts';
import { Stage, type StageOptions } from '../stage.ts';

const LINES = Array.from(
  { length: 120 },
  (_, index) => `user ${index % 7} said ${index % 3 === 0 ? 'spam' : 'ham'} 日本🙂\r`,
);
const OPTIONS: StageOptions = {
  texts: { 'a.txt': LINES.join('\n'), 'b.bin': Buffer.from([0xff, 0xfe, 10, 65]) },
  leaf: (line, { fields }) => {
    const [, user, label] = /user (\d) said (\w+)/.exec(line) ?? [];
    if (user === undefined || label === undefined) return undefined;
    return fields === undefined ? { score: Number(user) } : { record: { user: Number(user), label } };
  },
  ask: (question, text) => `${question}: ${text.length}`,
  tools: [{ name: 'grep', about: 'finds', args: {} }],
  tool: (_, args) => JSON.stringify(args),
};

const FIELDS = [
  { name: 'user', type: 'number' },
  { name: 'label', type: 'string' },
];
const name = fc.constantFrom('a', 'b', 'c');
const action = fc.oneof(
  fc.record({ action: fc.constant('Preview'), file: fc.nat(2), from: fc.nat(9_000) }),
  fc.record({
    action: fc.constant('Search'),
    text: fc.constantFrom('spam', 'user 3', '日', 'zz'),
    mode: fc.constantFrom('literal', 'regex', 'bm25'),
    into: name,
  }),
  fc.record({ action: fc.constant('Load'), ref: name.map((one) => `${one}[2]`), before: fc.nat(3), into: name }),
  fc.record({ action: fc.constant('Load'), file: fc.nat(1), startLine: fc.integer({ min: 1, max: 130 }), into: name }),
  fc.record({ action: fc.constant('Chunk'), bytes: fc.integer({ min: 1_024, max: 4_000 }), into: name }),
  fc.record({
    action: fc.constant('ExtractOverChunks'),
    question: fc.constant('q'),
    fields: fc.constant(FIELDS),
    into: name,
  }),
  fc.record({ action: fc.constant('ExtractOverChunks'), question: fc.constant('q'), over: name, into: name }),
  fc.record({
    action: fc.constant('Compute'),
    from: name,
    steps: fc.constantFrom(
      [{ op: 'group', by: 'user' }],
      [{ op: 'pairs', of: 'user' }],
      [{ op: 'count' }],
      [{ op: 'top', n: 3, by: 'score' }],
    ),
    into: name,
  }),
  fc.record({
    action: fc.constant('SubLm'),
    question: fc.constant('q'),
    over: name,
    explore: fc.boolean(),
    into: name,
  }),
  fc.record({
    action: fc.constant('ToolCall'),
    tool: fc.constantFrom('grep', 'rm'),
    args: fc.json().map((text) => JSON.parse(text)),
  }),
  fc.record({ action: fc.constant('WriteVar'), name, value: fc.string() }),
  fc.record({
    action: fc.constant('Final'),
    answer: fc.constantFrom('{{a}}', 'x [1] {{b}}'),
    evidence: fc.constantFrom([], ['a'], ['b[1]', { quote: 'spam 日本🙂' }], [{ file: 1, startByte: 0, endByte: 2 }]),
  }),
  fc.constant('no action at all'),
);

async function checkReplay(t: Test, stage: Stage, recorded: Awaited<ReturnType<Stage['record']>>): Promise<void> {
  const text = Buffer.from(recorded.trace.bytes).toString();
  t.ok(text.length <= ARTIFACT_BYTES_MAX);
  for (const payload of stage.payloads.values()) t.ok(payload.length <= ARTIFACT_BYTES_MAX);
  const again = await replay(text, stage.read);
  t.equal(again.outputHash, outputHashOf(recorded.explored));
  t.match(again.explored, {
    iterations: recorded.explored.iterations,
    repairs: recorded.explored.repairs,
    usage: recorded.explored.usage,
    subCalls: recorded.explored.subCalls,
  });
}

t.test('whatever was explored replays without input and model to the same output', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { maxLength: 14 }),
      fc.record({
        maxRlmIterations: fc.integer({ min: 0, max: 14 }),
        maxSubLmCalls: fc.nat(12),
        maxToolCalls: fc.nat(1),
        maxOutputChars: fc.integer({ min: 0, max: 4_000 }),
      }),
      async (script, limits) => {
        const stage = new Stage({ ...OPTIONS, limits });
        await checkReplay(t, stage, await stage.record(script));
      },
    ),
    { numRuns: 150 },
  );
});

t.test('a replay that is written down gives the same bytes', async (t) => {
  const stage = new Stage(OPTIONS);
  const { trace } = await stage.record([
    { action: 'Search', text: 'spam', into: 'a' },
    { action: 'SubLm', question: 'q', over: 'a', explore: true, into: 'b' },
    { action: 'ExtractOverChunks', question: 'q', fields: FIELDS, into: 'rows' },
    { action: 'Final', answer: '{{a}} {{b}}', evidence: ['a', 'rows[3]'] },
  ]);
  const text = Buffer.from(trace.bytes).toString();
  t.equal(canonicalJson(JSON.parse(text)), text);
  let again: Recorder | undefined;
  const { signal } = new AbortController();
  const replayed = await replay(text, stage.read, ({ world, controller, budget, log }) => {
    const recorder = new Recorder({ world, controller, budget, signal, keep: () => undefined });
    again = recorder;
    return {
      world: recorder.world,
      controller: recorder.controller,
      budget: recorder.budget,
      log: {
        begin: (depth, stop) => recorder.begin(depth, log.begin(depth, stop)),
        end: (observation) => {
          recorder.end(observation);
          log.end(observation);
        },
      },
    };
  });
  t.equal(again?.finish('What is it?', 2, replayed.explored).hash, trace.hash);
});

t.test('an interrupted exploration, one that got stuck, and one without a model replay too', async (t) => {
  const ending = new AbortController();
  const interrupted = new Stage(OPTIONS);
  const controller = interrupted.controller((_, call) => {
    if (call === 2) ending.abort();
    return { action: 'Search', text: `user ${call}`, into: 'a' };
  });
  await checkReplay(t, interrupted, await interrupted.record(controller, ending.signal));
  const stuck = new Stage(OPTIONS);
  await checkReplay(t, stuck, await stuck.record(() => ({ action: 'Preview', file: 0 })));
  const embedded = new Stage({ ...OPTIONS, query: 'Which user said spam?' });
  await checkReplay(t, embedded, await embedded.record(embeddedController()));
});

t.test('a long exploration is split into payloads that fit, and each of them is needed', async (t) => {
  const stage = new Stage({
    ...OPTIONS,
    corpus: madeCorpus(['large.txt'], 40_000),
    chunkBytes: 64_000,
    leaf: (line) => ({ record: { user: Number.parseInt(line, 10) % 500, label: line.slice(0, 40) } }),
  });
  const recorded = await stage.record([
    { action: 'ExtractOverChunks', question: 'q', fields: FIELDS, into: 'rows' },
    { action: 'Compute', from: 'rows', steps: [{ op: 'pairs', of: 'user' }], into: 'pairs' },
    { action: 'Final', answer: '{{pairs}}', evidence: ['rows[1]'] },
  ]);
  t.equal(recorded.explored.fault, undefined);
  t.ok(stage.payloads.size > 4);
  await checkReplay(t, stage, recorded);
  const text = Buffer.from(recorded.trace.bytes).toString();
  for (const hash of stage.payloads.keys()) {
    if (hash === recorded.trace.hash) continue;
    const gone = async (wanted: string) => (wanted === hash ? undefined : stage.read(wanted));
    if (text.includes(hash)) await t.rejects(replay(text, gone), { code: 'rlm-trace-invalid' });
  }
});

t.test('a trace that was changed does not replay', async (t) => {
  const stage = new Stage(OPTIONS);
  const { trace } = await stage.record([
    { action: 'Search', text: 'user 3', into: 'a' },
    { action: 'Load', ref: 'a[1]', before: 1, into: 'b' },
    { action: 'Final', answer: '{{a[1].text}} {{b}}', evidence: ['a[1]', 'b'] },
  ]);
  const text = Buffer.from(trace.bytes).toString();
  const changes: [RegExp, string][] = [
    [/user 3 said/, 'user 3 sang'],
    [/\\"text\\":\\"user 3\\"/, '\\"text\\":\\"user 4\\"'],
    [/"observation":"./, '"observation":"'],
    [/"matches":\d+/, '"matches":9999'],
    [/"output_hash":"[0-9a-f]{8}/, '"output_hash":"00000000'],
    [/"query":"What/, '"query":"Whom'],
    [/"version":1/, '"version":2'],
    [/"kind":"charge"/, '"kind":"chance"'],
    [/"ask":"charge"/, '"ask":"hit"'],
    [/"depth":0/, '"depth":1'],
    [/\{"ask"/, '{"asked"'],
  ];
  for (const [found, instead] of changes) {
    const changed = text.replace(found, instead);
    if (changed === text) t.comment(`nothing to change for ${found}`);
    else if (instead.includes('Whom')) t.equal((await replay(changed, stage.read)).outputHash.length, 64);
    else await t.rejects(replay(changed, stage.read), { code: /rlm-trace-invalid|replay-differs/ }, String(found));
  }
  for (const broken of ['', 'null', '{}', text.slice(0, -1)])
    await t.rejects(replay(broken, stage.read), { code: 'rlm-trace-invalid' });
});

t.test('a trace is the same whether it is written or not', async (t) => {
  const script = [
    { action: 'Search', text: 'spam', into: 'a' },
    { action: 'ExtractOverChunks', question: 'q', fields: FIELDS, into: 'rows' },
    { action: 'Compute', from: 'rows', steps: [{ op: 'group', by: 'label' }], into: 'g' },
    { action: 'Final', answer: '{{g}}', evidence: ['rows[1]'] },
  ];
  const [plain, written] = [new Stage(OPTIONS), new Stage(OPTIONS)];
  const explored = await explore(plain.exploration(plain.controller(script)));
  t.equal(outputHashOf((await written.record(script)).explored), outputHashOf(explored));
  const twice = new Stage(OPTIONS);
  t.equal((await written.record(script)).trace.hash.length, 64);
  t.equal((await twice.record(script)).trace.hash, (await new Stage(OPTIONS).record(script)).trace.hash);
});
