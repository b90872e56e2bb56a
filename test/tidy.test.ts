// The house rules as a test: what design and style ask of every file, and proof that each rule bites.
// A message names the place and what to do instead.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { bannedCalls, brokenImports, circles, deadFiles, wrongDirections } from './support/house/floors.ts';
import { House } from './support/house/house.ts';
import { lockFaults } from './support/house/lock.ts';
import {
  bareErrors,
  FILE_LINES_GOOD,
  longFiles,
  longFunctions,
  machineTraces,
  missingHeaders,
  sleepingTests,
  strayNotes,
  strayTests,
  swallowedErrors,
} from './support/house/manners.ts';

const root = new URL('../../', import.meta.url);
const house = House.read(fileURLToPath(root));

const RULES: [sentence: string, rule: (house: House) => string[]][] = [
  ['imports point down: protocol, then ledger and conductor, then dse, then node', wrongDirections],
  ['every relative import names a file that is there', brokenImports],
  ['below node/ nobody reads the clock, the process or the network', bannedCalls],
  ['no files run each other in a circle', circles],
  ['every source file is reached from an entry point', deadFiles],
  ['no file is longer than 300 lines', longFiles],
  ['no function is longer than 70 lines', longFunctions],
  ['every file opens with a comment of 1 to 4 lines', missingHeaders],
  ['no note of unfinished work is left in the code', strayNotes],
  ['no error is swallowed', swallowedErrors],
  ['every error thrown has a code', bareErrors],
  ['no test sleeps', sleepingTests],
  ['every test stands where its source stands', strayTests],
  ['nothing tells of one machine or registry', machineTraces],
];

for (const [sentence, rule] of RULES) {
  t.test(sentence, async (t) => {
    const faults = rule(house);
    for (const fault of faults) t.fail(fault, { at: null, stack: '' });
    if (faults.length === 0) t.pass('nothing found');
  });
}

t.test('every guard of money still stands where npm run mutate:money takes it away', async (t) => {
  const list = await import(new URL('test/mutate/guards/guard.mjs', root).href);
  const guards = list.GUARDS as { name: string; file: string; find: string; tests: string[] }[];
  for (const { name, file, find, tests } of guards) {
    const found = (house.texts.get(file) ?? '').split(find).length - 1;
    if (found !== 1) t.fail(`"${name}" is looked for in ${file} and found ${found} times: mend its list`);
    for (const path of tests)
      if (![...house.texts.keys()].some((text) => text.startsWith(path))) t.fail(`"${name}" names no test: ${path}`);
  }
  t.ok(guards.length > 50);
});

t.test('the lock is whole: npm ci takes it on any platform', async (t) => {
  const [lock = '', manifest = ''] = ['package-lock.json', 'package.json'].map((name) =>
    readFileSync(new URL(name, root), 'utf8'),
  );
  t.same(lockFaults(lock, manifest), []);
  const broken = {
    'node_modules/a': { version: '1.0.0', integrity: 'x', optionalDependencies: { 'a-linux': '1.0.0' } },
  };
  t.match(lockFaults(JSON.stringify({ packages: broken }), '{}'), [/a-linux/]);
});

t.test('most files are short', async (t) => {
  const long = longFiles(house, FILE_LINES_GOOD);
  t.comment(`${long.length} of ${house.files.size} files have more than ${FILE_LINES_GOOD} lines`);
  t.ok(house.files.size > 100, 'the whole tree was read');
  t.ok(long.length < house.files.size / 3);
});

/** A tree of made-up files that break one rule each; the rule must name the file. */
const BREACHES: [rule: (house: House) => string[], path: string, text: string][] = [
  [wrongDirections, 'protocol/a.ts', "import { b } from '../node/b.ts';"],
  [wrongDirections, 'ledger/a.ts', "export type { B } from '../conductor/b.ts';"],
  [wrongDirections, 'conductor/a.ts', "const b = await import('../ledger/b.ts');"],
  [wrongDirections, 'node/a.ts', "import '../web/b.ts';"],
  [wrongDirections, 'node/a.ts', "import '../test/b.ts';"],
  [wrongDirections, 'protocol/a.ts', "import { readFileSync } from 'node:fs';"],
  [wrongDirections, 'conductor/a.ts', "import { WebSocket } from 'ws';"],
  [brokenImports, 'node/a.ts', "import './nowhere.ts';"],
  [bannedCalls, 'protocol/a.ts', 'const now = Date.now();'],
  [bannedCalls, 'ledger/a.ts', 'const now = new Date();'],
  [bannedCalls, 'conductor/a.ts', 'const dice = Math.random;'],
  [bannedCalls, 'conductor/a.ts', 'setTimeout(() => undefined, 5);'],
  [bannedCalls, 'dse/a.ts', "await fetch('x');"],
  [bannedCalls, 'conductor/a.ts', "console.log('x');"],
  [bannedCalls, 'ledger/a.ts', 'const home = process.env.HOME;'],
  [circles, 'node/a.ts', "import './a.ts';"],
  [deadFiles, 'node/lonely.ts', '// Nobody knows me.'],
  [longFiles, 'node/a.ts', '\n'.repeat(301).replaceAll('\n', 'x();\n')],
  [longFunctions, 'node/a.ts', `function f() {\n${'x();\n'.repeat(70)}}`],
  [missingHeaders, 'node/a.ts', 'export const a = 1;'],
  [missingHeaders, 'node/a.ts', '// 1\n// 2\n// 3\n// 4\n// 5\n'],
  [strayNotes, 'node/a.ts', `// ${'TO'}DO: later`],
  [swallowedErrors, 'node/a.ts', 'try { x(); } catch {}'],
  [swallowedErrors, 'node/a.ts', 'x().catch(() => {});'],
  [bareErrors, 'node/a.ts', "throw new Error('no');"],
  [sleepingTests, 'test/node/b.test.ts', 'await new Promise((done) => setTimeout(done, 5));'],
  [sleepingTests, 'test/node/b.test.ts', "import { setTimeout as wait } from 'node:timers/promises';"],
  [strayTests, 'test/node/cellar/c.test.ts', ''],
  [strayTests, 'test/node/deep/b.test.ts', ''],
  [machineTraces, 'docs/a.md', `see ${'/wo'}rk/main`],
  [machineTraces, '.npmrc', `registry=https://registry.${'npmjs'}.org`],
];
const NEIGHBOURS = ['node/b.ts', 'ledger/b.ts', 'conductor/b.ts', 'web/b.ts', 'test/b.ts'];

t.test('every rule finds the breach it is there for', async (t) => {
  for (const [rule, path, text] of BREACHES) {
    const texts = new Map(NEIGHBOURS.map((neighbour) => [neighbour, '// A neighbour.\n']));
    const found = rule(new House(texts.set(path, text)));
    t.ok(
      found.some((message) => message.includes(path)),
      `${rule.name}: ${text.slice(0, 50)}`,
    );
  }
});

t.test('rules leave alone what only looks like a breach', async (t) => {
  const text = `// Explains Date.now() and setTimeout.
    const text = 'Math.random()';
    const when = new Date(5);
    const { fetch } = port;
    port.setTimeout(when.process, { console: 1 });
    try { text.at(1); } catch { throw new RangeError('far'); }`;
  const lookalike = new House(new Map([['conductor/a.ts', text]]));
  for (const rule of [bannedCalls, swallowedErrors, bareErrors, wrongDirections]) t.same(rule(lookalike), []);
});
