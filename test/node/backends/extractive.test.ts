import t from 'tap';
import { extractiveBackend } from '../../../node/backends/extractive.ts';
import { EXTRACTOR, NO_USAGE, REDUCER, ROUTER, VERIFIER } from '../../../protocol/signature.ts';
import { conform, live } from './conformance.ts';

conform(t, 'the extractive backend', async () => ({
  backend: extractiveBackend(),
  deterministic: true,
  chunkCharsMax: Number.POSITIVE_INFINITY,
}));

t.test('the embedded engine costs no call and no token', async (t) => {
  const input = { query: 'certificate', text: 'certificate rejected\n', max_output_chars: 1_000 };
  const prediction = await extractiveBackend().predict(EXTRACTOR, input, live());
  t.same(prediction.usage, NO_USAGE);
  t.equal(prediction.output.findings[0]?.quote, 'certificate rejected');
});

t.test('fragments are chosen by score, equal ones in the order of the input', async (t) => {
  const fragments = [3, 1, 2].map((index) => ({ index, outline: '', score: index === 3 ? 9 : 1 }));
  const { output } = await extractiveBackend().predict(ROUTER, { query: 'q', select_max: 2, fragments }, live());
  t.same(output.selected, [3, 1]);
});

t.test('the answer quotes the evidence under the numbers it was given with', async (t) => {
  const evidence = [5, 9].map((n) => ({ n, reference: `a.log:${n}-${n}`, quote: `disk ${n} failed [1]` }));
  const { output } = await extractiveBackend().predict(REDUCER, { query: 'what failed', evidence }, live());
  t.match(output.answer, 'disk 5 failed [1] [5]');
  t.same([...output.citations].sort(), [5, 9]);
});

t.test('a claim holds only when the very quote it cites contains it', async (t) => {
  const evidence = [
    { n: 1, reference: 'a:1-1', quote: 'worker[3]: disk   is full' },
    { n: 2, reference: 'a:2-2', quote: 'fan is loud' },
  ];
  const verify = async (answer: string) =>
    (await extractiveBackend().predict(VERIFIER, { query: 'q', answer, evidence }, live())).output;
  t.same(await verify('worker[3]: disk is full [1]\nfan is… [2]'), { supported: true, unsupported: [] });
  t.same(await verify('disk is full [1] fan is loud [2].'), { supported: true, unsupported: [] });
  t.same(await verify('disk is full [2]'), { supported: false, unsupported: ['disk is full [2]'] });
  t.same(await verify('disk is full'), { supported: false, unsupported: ['disk is full'] });
  t.same(await verify('disk is full [1]\nthe moon is full [1]'), {
    supported: false,
    unsupported: ['the moon is full [1]'],
  });
});

t.test('with no evidence any claim but "nothing found" is unsupported', async (t) => {
  const backend = extractiveBackend();
  const { answer } = (await backend.predict(REDUCER, { query: 'q', evidence: [] }, live())).output;
  t.equal((await backend.predict(VERIFIER, { query: 'q', answer, evidence: [] }, live())).output.supported, true);
  const claim = { query: 'q', answer: 'It was the fan.', evidence: [] };
  t.equal((await backend.predict(VERIFIER, claim, live())).output.supported, false);
});
