import fc from 'fast-check';
import t, { type Test } from 'tap';
import { CONTROLLER_PROMPT_BYTES_MAX, OBSERVATION_CHARS_MAX } from '../../../../protocol/limits.ts';
import { madeCorpus } from './made-corpus.ts';
import { Stage, type StageOptions } from './stage.ts';

/** Actions that show as much as there is. */
const GREEDY: (string | object)[] = [
  { action: 'Preview' },
  { action: 'Preview', file: 0, from: 3 },
  { action: 'Search', text: 'user-1', max: 1_000, into: 'hits' },
  { action: 'Load', file: 0, startByte: 0, endByte: 10_000_000, into: 'page' },
  'this is no action 日本'.repeat(5_000),
  { action: 'Preview', var: 'page', from: 1 },
  { action: 'Preview', var: 'hits', from: 1 },
  { action: 'Chunk', bytes: 1_024, into: 'parts' },
  { action: 'Compute', from: 'hits', steps: [{ op: 'list', field: 'text' }], into: 'list' },
  {
    action: 'WriteVar',
    name: 'note',
    value: Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`k${at}`, '日本🙂'])),
  },
];

async function checkPrompts(t: Test, options: StageOptions, script = GREEDY): Promise<void> {
  const stage = new Stage({ limits: { maxRlmIterations: 100, maxSubLmCalls: 10 }, ...options });
  await stage.explore(script);
  const most = Math.max(...stage.promptBytes());
  t.ok(most <= CONTROLLER_PROMPT_BYTES_MAX, `${most} bytes`);
  for (const { observation_chars: chars } of stage.facts) t.ok(chars <= OBSERVATION_CHARS_MAX, `${chars} characters`);
  const last = stage.prompts.at(-1)?.[1]?.content ?? '';
  t.match(last, /^State: \{/);
  t.match(last, /\nQuestion: .+\n\nJSON:$/);
}

t.test('a prompt has no more than 16 KB, whatever the input', async (t) => {
  await checkPrompts(t, { corpus: madeCorpus(['small.txt'], 10) });
  await checkPrompts(t, { corpus: madeCorpus(['large.txt'], 820_000) });
  const paths = Array.from({ length: 5_000 }, (_, at) => `${'日本語のフォルダ/'.repeat(20)}file-${at}.txt`);
  await checkPrompts(t, { corpus: madeCorpus(paths, 40), query: '質問は長い。'.repeat(680) });
  const tools = Array.from({ length: 40 }, (_, at) => ({
    name: `tool${at}`,
    about: 'does '.repeat(200),
    args: { x: 'y'.repeat(400) },
  }));
  const variables = Array.from({ length: 70 }, (_, at) => ({
    action: 'WriteVar',
    name: `v${at}`,
    value: '🙂'.repeat(200),
  }));
  const mixed = variables.flatMap((one, at) => [one, { action: 'Preview', file: 0, from: at * 1_000 }]);
  await checkPrompts(t, { corpus: madeCorpus(['a'], 5_000), tools, query: 'Why? '.repeat(800) }, mixed);
});

t.test('a prompt has no more than 16 KB, whatever was asked, named and written', async (t) => {
  const word = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.string({ unit: 'binary', maxLength: 400 }));
  await fc.assert(
    fc.asyncProperty(word, word, fc.array(word, { maxLength: 30 }), async (query, path, written) => {
      const texts = { [path.slice(0, 200)]: written.join('\n'), other: path };
      const notes = written.map((value, at) => ({ action: 'WriteVar', name: `n${at}`, value }));
      await checkPrompts(t, { texts, query: query.repeat(9).slice(0, 4_096) || '?' }, [
        ...notes,
        { action: 'Preview', file: 0 },
        query,
        path,
        ...GREEDY,
      ]);
    }),
    { numRuns: 60 },
  );
});
