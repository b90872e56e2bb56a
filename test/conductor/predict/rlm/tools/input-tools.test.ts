// The tools over an input: what they tell, where they stop, and that they see nothing but the input.
import { performance } from 'node:perf_hooks';
import t from 'tap';
import { z } from 'zod';
import { inputTools } from '../../../../../conductor/predict/rlm/tools/input-tools.ts';
import { SYMBOL_PATTERNS } from '../../../../../conductor/predict/rlm/tools/symbol-patterns.ts';
import { checkedTool, TOOL_OUTPUT_CHARS_MAX, toolbox } from '../../../../../conductor/predict/rlm/tools/tool.ts';
import { loadPatterns } from '../../../../../node/patterns.ts';
import { textCorpus } from '../../../../support/text-corpus.ts';
import { VirtualClock } from '../../../../support/virtual-clock.ts';

const clock = new VirtualClock();
const regex = await loadPatterns();
const signal = new AbortController().signal;

const FILES = {
  'repo/src/pay.ts':
    "import { x } from './x.ts';\n\nexport async function payOut(sats: number) {\n  return sats;\n}\n\nexport class Till {\n  open(): void {\n    if (x) {\n    }\n  }\n}\n",
  'repo/src/pay.test.ts': 'payOut(1);\r\nconst later = async (a: number) => a;\r\n',
  'repo/lib/main.py': 'class Main:\n    def run(self):\n        pass\n',
  'repo/README': 'payOut is a function\n世界 payOut\n',
};

function tools(files: Record<string, string | Buffer> = FILES, allowed?: readonly string[]) {
  return inputTools({ corpus: textCorpus(files), regex }, clock, allowed);
}
const ask = (tool: string, args: unknown, files?: Record<string, string>) => tools(files).tool({ tool, args }, signal);

t.test('grep tells lines with their places, and those round them', async (t) => {
  t.same((await ask('grep', { pattern: 'pay[O]ut', glob: '*.ts' })).split('\n'), [
    '2 lines in 2 files',
    'repo/src/pay.ts:3: export async function payOut(sats: number) {',
    'repo/src/pay.test.ts:1: payOut(1);',
  ]);
  t.same((await ask('grep', { pattern: 'return', literal: true, context: 1, under: 'src' })).split('\n'), [
    '1 lines in 2 files',
    'repo/src/pay.ts-3- export async function payOut(sats: number) {',
    'repo/src/pay.ts:4:   return sats;',
    'repo/src/pay.ts-5- }',
  ]);
  t.match(
    await ask('grep', { pattern: 'PAYOUT', ignore_case: true, max: 1 }),
    /^4 lines in 4 files\n.*\n\(3 more lines\)$/,
  );
  await t.rejects(ask('grep', { pattern: '(a)\\1' }), { code: 'pattern-invalid' });
});

t.test('read_lines gives lines with their numbers, and says when there are none', async (t) => {
  t.equal(
    await ask('read_lines', { path: 'src/pay.ts', start: 3, end: 4 }),
    'repo/src/pay.ts, lines 3-4\n3: export async function payOut(sats: number) {\n4:   return sats;',
  );
  t.equal(
    await ask('read_lines', { path: 'repo/src/pay.test.ts', start: 1, end: 1 }),
    'repo/src/pay.test.ts, lines 1-1\n1: payOut(1);',
  );
  t.equal(await ask('read_lines', { path: 'repo/README', start: 99 }), 'repo/README has no line 99');
});

t.test('list_files tells the files below a folder, or of a pattern of names', async (t) => {
  t.same((await ask('list_files', {})).split('\n').length, 5);
  t.match(await ask('list_files', { under: 'repo/src' }), /^2 files\nrepo\/src\/pay.ts \d+\n/);
  t.match(await ask('list_files', { glob: 'src/**' }), /^2 files/);
  t.match(await ask('list_files', { glob: '**/*.py' }), /^1 files\nrepo\/lib\/main.py/);
  t.match(await ask('list_files', { glob: 'pay.??' }), /^1 files/);
  t.match(await ask('list_files', { from: 3 }), /^4 files\nrepo\/README \d+$/);
});

t.test('symbols tells what files define, where a line begins like a definition', async (t) => {
  t.same((await ask('symbols', {})).split('\n'), [
    '6 symbols in 3 files',
    'repo/src/pay.ts:3 function payOut',
    'repo/src/pay.ts:7 class Till',
    'repo/src/pay.ts:8 method open',
    'repo/src/pay.test.ts:2 function later',
    'repo/lib/main.py:1 class Main',
    'repo/lib/main.py:2 function run',
    '(1 files of languages it does not know)',
  ]);
  t.equal(
    await ask('symbols', { path: 'src/pay.ts', name: 'PAYOUT' }),
    '1 symbols in 1 files\nrepo/src/pay.ts:3 function payOut',
  );
  const far = `${'x'.repeat(9_000)}\n`.repeat(3);
  t.equal(
    await ask('symbols', {}, { 'a.go': `${far}func (s *Server) Serve(a int) error {\n` }),
    '1 symbols in 1 files\na.go:4 function Serve',
  );
});

t.test('the first lines of definitions are known in each language', async (t) => {
  const samples: readonly (readonly [string, string, string])[] = [
    ['rs', 'pub(crate) async fn serve<T>(x: T) {', 'function serve'],
    ['rs', 'impl<T: Clone> Pool for Market {', 'implementation Pool'],
    ['go', 'type Store struct {', 'type Store'],
    ['c', 'static int read_all(struct file *f, char *to)', 'function read_all'],
    ['c', 'struct chunk {', 'type chunk'],
    ['hpp', 'std::vector<int> Pool::take(int n) {', 'function Pool::take'],
    ['java', '  public static List<String> names(int count) {', 'method names'],
    ['kt', 'data class Run(val id: String)', 'type Run'],
    ['rb', '  def paid?', 'function paid?'],
    ['php', '  public function pay($sats) {', 'function pay'],
    ['swift', 'public final class Till {', 'type Till'],
    ['ex', 'defmodule Pylon.Run do', 'type Pylon.Run'],
    ['sh', 'build_all() {', 'function build_all'],
    ['sql', 'CREATE TABLE IF NOT EXISTS runs (', 'definition runs'],
    ['md', '## Scripts', 'heading Scripts'],
  ];
  for (const [ending, line, wanted] of samples)
    t.equal(
      await ask('symbols', {}, { [`a.${ending}`]: `${line}\n` }),
      `1 symbols in 1 files\na.${ending}:1 ${wanted}`,
      line,
    );
});

t.test('no line, however it is written, holds the patterns of definitions up', (t) => {
  const pieces = [
    'a ',
    '* ',
    ' ',
    '&*',
    'public ',
    'a<',
    '(',
    'static ',
    'a,',
    '=',
    'async ',
    'x:',
    'export ',
    '\t',
    'const a=',
    '[a] ',
  ];
  const started = process.cpuUsage();
  for (const piece of pieces)
    for (const patterns of Object.values(SYMBOL_PATTERNS))
      for (const { pattern } of patterns) pattern.test(`  ${piece.repeat(400)}`.slice(0, 400));
  const { user, system } = process.cpuUsage(started);
  t.ok(user + system < 2_000_000, `${(user + system) / 1_000} ms for all of them`);
  t.end();
});

t.test('only files of the input are seen, whatever name is written', async (t) => {
  for (const path of [
    '/etc/passwd',
    '../../etc/passwd',
    'repo/../../etc/passwd',
    'repo/src/../../../etc/passwd',
    '~/.ssh/id_rsa',
    'repo/src',
    '.',
    '/',
    'repo/src/pay.ts\0',
    '__proto__',
    'C:\\x',
  ])
    await t.rejects(ask('read_lines', { path, start: 1 }), { code: 'tool-refused' }, path);
  for (const under of ['/etc', '..', '../..', '/proc/self'])
    t.match(await ask('list_files', { under }), /^0 files/, under);
  for (const glob of ['/etc/*', '../*', '/proc/**'])
    t.notMatch(await ask('list_files', { glob }), /passwd|environ/, glob);
});

t.test(
  'arguments that do not fit are refused, and so is a tool that is not allowed, or that there is not',
  async (t) => {
    for (const [tool, args] of [
      ['grep', {}],
      ['grep', { pattern: 'a', command: 'rm -rf /' }],
      ['grep', { pattern: 7 }],
      ['grep', { pattern: 'a'.repeat(10_000) }],
      ['read_lines', { path: 'repo/README', start: 0 }],
      ['read_lines', { path: 'repo/README', start: 1e300 }],
      ['list_files', null],
      ['list_files', []],
      ['list_files', JSON.parse('{"__proto__":{"under":"x"}}')],
      ['symbols', 'x'],
    ] as const)
      await t.rejects(ask(tool, args), { code: 'tool-refused' }, JSON.stringify(args)?.slice(0, 60));
    await t.rejects(ask('shell', { command: 'id' }), {
      code: 'tool-unknown',
      reason: /grep, read_lines, list_files, symbols/,
    });
    await t.rejects(ask('constructor', {}), { code: 'tool-unknown' });
    const few = tools(FILES, ['list_files']);
    t.same(
      few.tools.map(({ name }) => name),
      ['list_files'],
    );
    await t.rejects(few.tool({ tool: 'grep', args: { pattern: 'a' } }, signal), {
      code: 'tool-unknown',
      reason: /list_files$/,
    });
    await t.rejects(tools(FILES, []).tool({ tool: 'grep', args: {} }, signal), {
      code: 'tool-unknown',
      reason: /no tools/,
    });
  },
);

t.test('the form that a controller is told names what is taken, and all of them fit into its prompt', async (t) => {
  const { tools: offered } = tools();
  t.ok(offered.reduce((bytes, tool) => bytes + Buffer.byteLength(JSON.stringify(tool)) + 3, 0) < 850);
  for (const { name, args } of offered)
    for (const member of Object.keys(args as object)) {
      const key = member.replace('?', '');
      const refused = await ask(name, { [key]: { wrong: true } }).then(
        () => '',
        ({ reason }: { reason: string }) => reason,
      );
      t.match(refused, `${key}:`, `${name}.${key}`);
    }
});

t.test('what a tool says is cut, and a tool that does not end is left behind', async (t) => {
  const long = checkedTool({
    name: 'long',
    about: '',
    form: {},
    args: z.unknown(),
    timeMs: 100,
    run: async () => '😀'.repeat(50_000),
  });
  let heard = false;
  const never = checkedTool({
    name: 'never',
    about: '',
    form: {},
    args: z.unknown(),
    timeMs: 100,
    run: (_, given) =>
      new Promise<string>(() => {
        given.addEventListener('abort', () => {
          heard = true;
        });
      }),
  });
  const broken = checkedTool({
    name: 'broken',
    about: '',
    form: {},
    args: z.unknown(),
    timeMs: 100,
    run: async () => {
      throw new TypeError('secret words');
    },
  });
  const box = toolbox([long, never, broken], clock);
  const said = await box.tool({ tool: 'long', args: {} }, signal);
  t.ok(said.length < TOOL_OUTPUT_CHARS_MAX + 60 && !said.includes('\ufffd') && Buffer.from(said).toString() === said);
  const refused = t.rejects(box.tool({ tool: 'never', args: {} }, signal), {
    code: 'tool-failed',
    reason: /longer than 100 ms/,
  });
  await clock.advance(101);
  await refused;
  t.ok(heard);
  await t.rejects(box.tool({ tool: 'broken', args: {} }, signal), { code: 'tool-failed' });
});

t.test('a line of 5 MB costs no tool more than its time', async (t) => {
  const files = { 'a.ts': `function first() {\n${'x '.repeat(2_500_000)}function no() {\nfunction last() {\n` };
  const started = performance.now();
  t.equal(await ask('symbols', {}, files), '2 symbols in 1 files\na.ts:1 function first\na.ts:3 function last');
  t.match(await ask('grep', { pattern: 'func[t]ion', context: 2 }, files), /^3 lines in 1 files/);
  t.ok((await ask('read_lines', { path: 'a.ts', start: 2, end: 3 }, files)).length < TOOL_OUTPUT_CHARS_MAX);
  t.comment(`${Math.round(performance.now() - started)} ms`);
});
