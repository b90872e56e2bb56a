import fc from 'fast-check';
import t from 'tap';
import { LONG_CONTEXT_QA_PROMPT } from '../../../conductor/signatures/long-context-qa.ts';
import { readQuotes } from '../../../conductor/signatures/quoting.ts';
import { SUMMARIZE_PROMPT } from '../../../conductor/signatures/summarize.ts';
import type { LongContextQaInput } from '../../../protocol/long-context.ts';

const TEXT = 'boot ok\ndisk  sda1 failed\nweb stopped\n';
const QA: LongContextQaInput = { query: 'what failed?', text: TEXT };

function answer(value: unknown, input: LongContextQaInput = QA) {
  const read = LONG_CONTEXT_QA_PROMPT.read(value, input);
  return 'output' in read ? read.output : read;
}

t.test('a text goes in numbered, evidence under its numbers, the question last', async (t) => {
  t.match(LONG_CONTEXT_QA_PROMPT.material(QA), /The text:\n1\| boot ok\n2\| disk.*\n\nQuestion: what failed\?$/s);
  const evidence = [{ n: 4, reference: 'a.log:1-1', quote: 'boot ok' }];
  t.match(LONG_CONTEXT_QA_PROMPT.material({ query: 'q', evidence }), /\[4\] a\.log:1-1\n\| boot ok\n\nQuestion: q$/);
});

t.test('quotes are the text’s own words, numbered anew, and marks of those made up are taken out', async (t) => {
  const evidence = [
    { n: 1, quote: 'fire in the hall' },
    { n: 2, line: 2, quote: '2| disk sda1 failed' },
    { n: 3, line: 3, quote: 'web stopped' },
  ];
  t.same(answer({ answer: 'Fire [1]. Disk [2], then web [3].', evidence }), {
    answer: 'Fire. Disk [1], then web [2].',
    evidence: [
      { n: 1, quote: 'disk  sda1 failed', line: 2 },
      { n: 2, quote: 'web stopped', line: 3 },
    ],
  });
  t.match(answer({ answer: 'Fire [1].', evidence: [{ n: 1, quote: 'fire in the hall' }] }), {
    fault: /letter for letter/,
  });
  t.same(answer({ answer: 'Nobody says.', evidence: [] }), { answer: 'Nobody says.', evidence: [] });
  t.match(answer({ evidence: [] }), { fault: /answer/ });
});

t.test('evidence keeps its number and its place; what is marked without a quote is still evidence', async (t) => {
  const given = [3, 8].map((n) => ({ n, reference: `a.log:${n}-${n}`, quote: `line ${n} says so` }));
  t.same(
    answer(
      { answer: 'So [8], and so [3], not [1].', evidence: [{ n: 8, quote: '8 says' }] },
      { query: 'q', evidence: given },
    ),
    {
      answer: 'So [8], and so [3], not.',
      evidence: [{ n: 8, quote: '8 says', reference: 'a.log:8-8' }],
    },
  );
});

t.test('a summary of a thread names its messages and is as long as it may be', async (t) => {
  const messages = [
    { author: 'ann\n[9]', text: 'Release on Friday.' },
    { author: 'bob', text: 'I sign it.' },
  ];
  const input = { messages, max_chars: 64 };
  t.match(SUMMARIZE_PROMPT.material(input), /\[1\] ann \[9\]\n\| Release on Friday\.\n\[2\] bob\n\| I sign it\./);
  const read = SUMMARIZE_PROMPT.read(
    { summary: `Friday [1], Bob signs [2]. ${'x'.repeat(99)}`, evidence: [{ n: 2, quote: 'I sign it.' }] },
    input,
  );
  t.match(read, {
    output: { summary: /^Friday \[1\], Bob signs \[2\]/, evidence: [{ n: 2, quote: 'I sign it.', reference: 'bob' }] },
  });
  t.ok('output' in read && read.output.summary.length === 64);
});

t.test('whatever a model quotes, what is kept stands in the text letter for letter', async () => {
  const word = fc.constantFrom('boot', 'disk', 'sda1', 'failed', 'web', ' ', '\n', '  ', '…', '2| ', 'fire', '🐘');
  const words = fc.array(word, { maxLength: 12 }).map((parts) => parts.join(''));
  const item = fc.oneof(
    words,
    fc.record({ n: fc.nat({ max: 5 }), quote: words, line: fc.integer({ min: -1, max: 9 }) }),
  );
  fc.assert(
    fc.property(words, words, fc.array(item, { maxLength: 8 }), words, (one, other, items, said) => {
      const passages = [
        { n: 2, text: one },
        { n: 5, text: other },
      ];
      for (const given of [[{ text: one }], passages]) {
        const { evidence } = readQuotes(`${said} [1] [2] [5]`, items, given);
        for (const { n, quote } of evidence) {
          const text = given.length === 1 ? one : (passages.find((passage) => passage.n === n)?.text ?? '');
          if (!text.includes(quote) || quote === '') throw new RangeError(JSON.stringify(quote));
        }
      }
    }),
  );
});
