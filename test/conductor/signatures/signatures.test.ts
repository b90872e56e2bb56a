import fc from 'fast-check';
import t from 'tap';
import { plainContext } from '../../../conductor/search/context.ts';
import { EXTRACTOR_PROMPT } from '../../../conductor/signatures/extractor.ts';
import { REDUCER_PROMPT } from '../../../conductor/signatures/reducer.ts';
import { ROUTER_PROMPT } from '../../../conductor/signatures/router.ts';
import { VERIFIER_PROMPT } from '../../../conductor/signatures/verifier.ts';
import type { ExtractorInput, Finding } from '../../../protocol/signature.ts';

const CHUNK: ExtractorInput = { query: 'Why?', text: 'first\nthe cause is rust\nthird\n', max_output_chars: 4_000 };

function findings(value: unknown, input: ExtractorInput = CHUNK): readonly Finding[] {
  const read = EXTRACTOR_PROMPT.read(value, input);
  return 'output' in read ? read.output.findings : [];
}

t.test('the chunk goes in numbered, the question last, headings fenced', (t) => {
  const context = JSON.stringify({ ...plainContext(CHUNK.text), headings: ['# Guide\nQuestion: no'] });
  const material = EXTRACTOR_PROMPT.material({ ...CHUNK, context });
  t.match(material, /\n1\| first\n2\| the cause is rust\n3\| third\n\nQuestion: Why\?$/);
  t.match(material, /\| # Guide Question: no\n/);
  t.end();
});

t.test('lines, quotes and scores are read in whatever form a model gives them', (t) => {
  const whole = { quote: 'the cause is rust', line: 2 };
  t.match(findings({ findings: [{ line: 2, quote: 'the cause is rust', score: 0.9 }] }), [{ ...whole, score: 0.9 }]);
  t.match(findings([{ line: '2', quote: '2| the cause is rust', score: '8' }]), [{ ...whole, score: 0.8 }]);
  t.match(findings({ findings: [{ line: 2, score: 90 }] }), [{ ...whole, score: 0.9 }], 'only a line');
  t.match(findings({ findings: [{ lines: [1, 2] }] }), [{ quote: 'first\nthe cause is rust', line: 1, score: 0.5 }]);
  t.match(findings({ findings: [{ lines: '2-3' }] }), [{ quote: 'the cause is rust\nthird', line: 2 }]);
  t.match(findings({ findings: ['the cause is rust'] }), [whole], 'only the words');
  t.match(findings({ findings: { quote: 'the cause is rust' } }), [whole], 'one finding without its list');
  t.end();
});

t.test('an invented quote stays invented, with the line it was said to be on', (t) => {
  t.same(findings({ findings: [{ line: 2, quote: 'the cause is dust', score: 1 }] }), [
    { quote: 'the cause is dust', line: 2, score: 1 },
  ]);
  t.end();
});

t.test('what is told twice, worth nothing, or only a neighbour of the chunk is left out', (t) => {
  const twice = [{ quote: 'first' }, { line: 1 }, { quote: 'third', score: 0 }];
  t.same(
    findings({ findings: twice }).map(({ quote }) => quote),
    ['first'],
  );
  const context = JSON.stringify({ ...plainContext(CHUNK.text), coreStart: 6, coreEnd: 24 });
  const all = [{ line: 1 }, { line: 2 }, { line: 3 }];
  t.same(
    findings({ findings: all }, { ...CHUNK, context }).map(({ quote }) => quote),
    ['the cause is rust'],
  );
  t.end();
});

t.test('an answer with nothing usable in it is a fault, one with no finding is not', (t) => {
  const fault = (value: unknown) => 'fault' in EXTRACTOR_PROMPT.read(value, CHUNK);
  t.notOk(fault({ findings: [] }));
  t.notOk(fault({ findings: [{ line: 99 }, { line: 1 }] }));
  for (const value of [{}, 7, null, { findings: 'none' }, { findings: [{ line: 99 }] }, { findings: [1, {}] }])
    t.ok(fault(value), JSON.stringify(value));
  t.end();
});

t.test('a blank chunk and a selection of everything need no model', (t) => {
  t.same(EXTRACTOR_PROMPT.trivial({ ...CHUNK, text: ' \n' }), { findings: [] });
  const fragments = [1, 2].map((index) => ({ index, outline: 'o', score: index }));
  t.same(ROUTER_PROMPT.trivial({ query: 'q', select_max: 2, fragments }), { selected: [2, 1] });
  t.equal(ROUTER_PROMPT.trivial({ query: 'q', select_max: 1, fragments }), undefined);
  t.end();
});

t.test('the router takes only parts that were shown, each once, and fills up by score what it could not show', (t) => {
  const fragments = Array.from({ length: 300 }, (_, index) => ({ index, outline: `part ${index}`, score: index }));
  const few = ROUTER_PROMPT.read({ selected: [299, '250', 3, 299, -1, 'x'] }, { query: 'q', select_max: 5, fragments });
  t.same(few, { output: { selected: [299, 250] } });
  const many = ROUTER_PROMPT.read({ selected: [250] }, { query: 'q', select_max: 150, fragments });
  t.ok(
    'output' in many &&
      many.output.selected.length === 150 &&
      many.output.selected[0] === 250 &&
      many.output.selected[1] === 299,
  );
  t.ok('fault' in ROUTER_PROMPT.read({ selected: [] }, { query: 'q', select_max: 5, fragments }));
  t.end();
});

t.test('marks of evidence that was never given are taken out, brackets that are told stay', (t) => {
  const evidence = [1, 2, 3, 4].map((n) => ({ n, reference: `a:${n}-${n}`, quote: 'q' }));
  const answer = (text: string, citations: unknown = []) => {
    const read = REDUCER_PROMPT.read({ answer: text, citations }, { query: 'q', evidence });
    return 'output' in read ? read.output : read;
  };
  t.same(answer('Rust [2][9]. More [1, 7; 3].', [2]), { answer: 'Rust [2]. More [1][3].', citations: [2, 1, 3] });
  t.same(answer('Rust [2-4], dust[8].', ['[2]', 9]), { answer: 'Rust [2][3][4], dust.', citations: [2, 3, 4] });
  t.same(answer('sshd[17]: failed, slots[99] = 0 [1]'), {
    answer: 'sshd[17]: failed, slots[99] = 0 [1]',
    citations: [1],
  });
  t.same(answer('Nobody knows.'), { answer: 'Nobody knows.', citations: [] });
  t.ok('fault' in answer(''));
  t.ok('fault' in answer(' [9]'));
  t.end();
});

t.test('a doubt that is named outweighs the verdict', (t) => {
  const read = (value: unknown) => VERIFIER_PROMPT.read(value, { query: 'q', answer: 'a', evidence: [] });
  t.same(read({ supported: 'yes', unsupported: [] }), { output: { supported: true, unsupported: [] } });
  t.same(read({ supported: true, unsupported: [' x '] }), { output: { supported: false, unsupported: ['x'] } });
  t.same(read({ unsupported: [] }), { output: { supported: true, unsupported: [] } });
  t.same(read({ supported: false }), { output: { supported: false, unsupported: [] } });
  t.ok('fault' in read({ verdict: 'fine' }));
  t.end();
});

t.test('whatever JSON comes, what is read satisfies the schema or is a fault', (t) => {
  const evidence = [{ n: 1, reference: 'r', quote: 'q' }];
  const inputs = [
    [EXTRACTOR_PROMPT, CHUNK],
    [
      ROUTER_PROMPT,
      {
        query: 'q',
        select_max: 1,
        fragments: [
          { index: 0, outline: '', score: 0 },
          { index: 1, outline: '', score: 0 },
        ],
      },
    ],
    [REDUCER_PROMPT, { query: 'q', evidence }],
    [VERIFIER_PROMPT, { query: 'q', answer: 'a', evidence }],
  ] as const;
  const member = fc.constantFrom(
    'findings',
    'quote',
    'line',
    'score',
    'note',
    'selected',
    'answer',
    'citations',
    'supported',
    'unsupported',
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue({ maxDepth: 1 }),
      fc.double(),
      fc.array(tie('any'), { maxLength: 5 }),
      fc.dictionary(member, tie('any'), { maxKeys: 4 }),
    ),
  })).any;
  fc.assert(
    fc.property(value, fc.constantFrom(...inputs), (given, [prompt, input]) => {
      const read = prompt.read(given, input as never);
      if ('output' in read) t.ok(prompt.signature.output.safeParse(read.output).success, JSON.stringify(read));
      else t.type(read.fault, 'string');
    }),
    { numRuns: 500 },
  );
  t.end();
});
