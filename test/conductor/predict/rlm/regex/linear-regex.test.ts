// Patterns: what they find is what a backtracking engine finds, whatever is passed over by required texts; what would take long is refused.
import { performance } from 'node:perf_hooks';
import fc from 'fast-check';
import t from 'tap';
import { linearRegex, PATTERN_CHARS_MAX } from '../../../../../conductor/predict/rlm/regex/linear-regex.ts';
import { search } from '../../../../../conductor/predict/rlm/search.ts';
import type { SearchResult } from '../../../../../conductor/predict/rlm/world.ts';
import { PylonError } from '../../../../../protocol/errors.ts';
import { textCorpus } from '../../../../support/text-corpus.ts';

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};
const regex = linearRegex({ now: () => performance.now(), cpu });

async function found(
  text: string | Buffer,
  pattern: string,
  ignoreCase = false,
  hitsMax = 1_000,
): Promise<SearchResult> {
  const corpus = textCorpus({ 'a.txt': text });
  const request = { mode: 'regex', text: pattern, ignoreCase, hitsMax } as const;
  return search({ corpus, regex }, request, new AbortController().signal);
}

function refusal(pattern: string): PylonError {
  try {
    regex.compile(pattern, false);
  } catch (thrown) {
    if (thrown instanceof PylonError) return thrown;
    throw thrown;
  }
  throw new PylonError('internal', { value: pattern, reason: 'it was taken' });
}

const letter = fc.constantFrom('a', 'b', 'B', 'é', '界', '😀', ' ', '7');
const atom = fc.constantFrom('a', 'ab', 'B', 'é', '界', '😀', '[ab]', '[^a]', '.', '\\d', 'ab7', 'é界');
const pattern = fc
  .array(
    fc.tuple(atom, fc.constantFrom('', '', '+', '{1,2}', '*')).map(([one, repeat]) => `(?:${one})${repeat}`),
    { minLength: 1, maxLength: 4 },
  )
  .chain((parts) =>
    fc.constantFrom(
      parts.join(''),
      parts.join('|'),
      `(${parts.join('|')})${parts[0]}`,
      `^${parts.join('')}`,
      `${parts.join('')}$`,
      `ab.*${parts[0]}`,
    ),
  );
const lines = fc.array(
  fc.array(letter, { maxLength: 14 }).map((letters) => letters.join('')),
  { maxLength: 12 },
);

t.test(
  'a pattern finds the lines that a backtracking engine finds, in one case or in both, whatever the line ends',
  async (t) => {
    await fc.assert(
      fc.asyncProperty(
        pattern,
        lines,
        fc.boolean(),
        fc.constantFrom('\n', '\r\n'),
        async (source, texts, ignoreCase, end) => {
          const native = new RegExp(source, ignoreCase ? 'iu' : 'u');
          fc.pre(!native.test(''));
          const wanted = texts.flatMap((line, index) => (native.exec(line)?.[0] ? [`${index + 1} ${line}`] : []));
          const { hits, matches } = await found(texts.join(end), source, ignoreCase);
          t.same(
            hits.map(({ startLine, text }) => `${startLine} ${text}`),
            wanted,
          );
          t.equal(matches, wanted.length);
        },
      ),
      { numRuns: 400 },
    );
  },
);

t.test(
  'in a line of 5 MB each of a thousand places is found where it is, between characters of every width',
  async (t) => {
    const filler = 'a界é😀 b';
    const lead = Buffer.byteLength(filler);
    const each = Math.floor(5_000_000 / lead / 1_000);
    const line = Buffer.from(
      Array.from({ length: 1_000 }, (_, index) => `${filler.repeat(each)}needle-${index}é`).join(''),
    );
    for (const source of ['needle-\\d+é', '[n]eed[l]e-[0-9]+']) {
      const { hits } = await found(Buffer.concat([Buffer.from('first\r\n'), line, Buffer.from('\r\nlast')]), source);
      t.equal(hits.length, 1_000, source);
      t.ok(hits.every(({ startLine, endLine }) => startLine === 2 && endLine === 2));
      t.ok(hits.every(({ text }, index) => text.includes(`needle-${index}é`)));
      const whole = Buffer.concat([Buffer.from('first\r\n'), line]);
      t.ok(
        hits.every(({ startByte, endByte, text }) =>
          whole.subarray(startByte, endByte).toString().startsWith(text.slice(0, 200)),
        ),
      );
    }
    t.equal((await found(line, '^needle')).matches, 0, 'a window is no beginning of a line');
    t.equal((await found(line, 'a界é$')).matches, 0, 'nor the end of one');
  },
);

const CATASTROPHES = [
  '(a+)+$',
  '(a|a)*b',
  '(a*)*[bc]',
  '([a-z]+)*\\d',
  '(x+x+)+[yz]',
  '(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)[xyz]',
  '^(([a-z])+.)+[A-Z]([a-z])+$',
  '(?:a?){300}a{300}[bc]',
  '(a|b)*a(a|b){200}[cd]',
  '([ab]{1,30}){1,30}[cd]',
  '(?:[ab]{1,300}){1,3}[cd]',
  '(\\w{1,40}\\s?){1,20}[0-9]$',
  '[ab]{900}[cd]',
  '(\\p{L}|[^\\p{N}]){1000}',
  '((((((a{1,9}){1,9}){1,9}){1,9}){1,9}){1,9}){1,9}',
  '(((a{1,100}){1,100}){1,100}){1,100}',
  `${'('.repeat(250)}a+${')+'.repeat(125)}`,
  `${'a?'.repeat(120)}${'a'.repeat(120)}[bc]`,
];

t.test(
  'a pattern that would bring a backtracking engine down is answered or refused, in a tenth of a second of its own',
  async (t) => {
    await found('warm', '[w]arm');
    const text = `${'ab'.repeat(4_096)}!\n${'a'.repeat(8_192)}!\n`.repeat(8);
    for (const source of CATASTROPHES) {
      const before = process.cpuUsage();
      const outcome = await found(text, source, false, 1).then(
        ({ matches }) => `${matches} matches`,
        (thrown: unknown) => (thrown instanceof PylonError ? thrown.code : String(thrown)),
      );
      const { user, system } = process.cpuUsage(before);
      const took = Math.round((user + system) / 1_000);
      t.match(outcome, /matches|pattern-invalid/, source);
      // Of the processor, so that a busy machine changes nothing; twice as much as a quiet one takes.
      t.ok(took < 400, `${source.slice(0, 50)}: ${outcome}, ${took} ms`);
      t.comment(`${source.slice(0, 50)}: ${outcome}, ${took} ms`);
    }
  },
);

t.test('what takes more than linear time is refused by its name', async (t) => {
  for (const [source, name] of [
    ['foo(?=bar)', /look-ahead/],
    ['foo(?!bar)', /negative look-ahead/],
    ['(?<=a)b', /look-behind/],
    ['(?<!a)b', /negative look-behind/],
    ['(a)\\1', /back reference/],
    ['(?P<x>a)(?P=x)', /back reference/],
    ['(?<x>a)\\k<x>', /back reference/],
    ['(?>a+)b', /atomic/],
    ['a++b', /possessive/],
    ['a{2,3}+b', /possessive/],
    ['(a)(?(1)b|c)', /condition/],
    ['a(?R)?b', /recursion/],
    ['(a', /missing closing/],
    ['a{2000}', /repeat count/],
    ['a*', /matches nothing at all/],
    ['(?:[ab]{1,300}){1,3}', /instructions/],
    ['a'.repeat(PATTERN_CHARS_MAX + 1), /more than 512 characters/],
  ] as const) {
    const { code, reason } = refusal(source);
    t.equal(code, 'pattern-invalid');
    t.match(reason, name, source.slice(0, 40));
  }
});

t.test('what only looks like it is taken: escaped, in a class, or quoted', async (t) => {
  for (const [source, text] of [
    ['\\(\\?=a', '(?=a'],
    ['[(?=]+x', '(?=x'],
    ['[]\\]]a++?'.slice(0, 7), ']a'],
    ['\\Q(?!\\1\\E', '(?!\\1'],
    ['\\\\1', '\\1'],
    ['a+?b', 'aab'],
  ] as const)
    t.equal((await found(text, source)).matches, 1, source);
});

t.test('a pattern is given up when the processor says that it is slow, and not when only the clock does', async (t) => {
  let costMs = { now: 0, cpu: 0 };
  const read = { now: 0, cpu: 0 };
  const pass = (which: 'now' | 'cpu') => () => {
    read[which] += costMs[which] / 2;
    return read[which];
  };
  const watched = linearRegex({ now: pass('now'), cpu: pass('cpu') }).compile('[a-z]+7', false);
  const line = 'abc '.repeat(250);
  const often = (count: number) => {
    for (let at = 0; at < count; at++) watched.find(line, 0);
  };
  often(10_000);
  costMs = { now: 50, cpu: 0.1 };
  often(10_000);
  costMs = { now: 50, cpu: 8 };
  t.throws(() => often(500), { code: 'pattern-invalid', reason: /too slow/ });
});

t.test('a search for a pattern ends when it is interrupted', async (t) => {
  const controller = new AbortController();
  const corpus = textCorpus({ 'a.txt': 'abc\n'.repeat(500_000) });
  const given: typeof corpus = {
    ...corpus,
    async *open(file) {
      let pieces = 0;
      for await (const piece of corpus.open(file)) {
        if (++pieces === 3) controller.abort(new PylonError('interrupted'));
        yield piece;
      }
    },
  };
  const request = { mode: 'regex', text: '[xyz]', ignoreCase: false, hitsMax: 1 } as const;
  await t.rejects(search({ corpus: given, regex }, request, controller.signal), { code: 'interrupted' });
});
