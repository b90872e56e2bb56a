import t from 'tap';
import { SELECT_STRATEGY_PROMPT } from '../../../conductor/signatures/select-strategy.ts';

const INPUT = {
  query: 'How many\nrecords?',
  features: { bytes: 64_000, files: 2, window_tokens: 16_000, kind: 'log' as const },
};

t.test('a model sees the figures of the input and the question on one line', async (t) => {
  t.equal(
    SELECT_STRATEGY_PROMPT.material(INPUT),
    [
      'The input: 2 files of log, 64000 bytes, about 16000 tokens.',
      'The window: 16000 tokens; the input is 1.00 of it.',
      'Question: How many records?',
    ].join('\n'),
  );
});

t.test('the name of a strategy is read with or without its version, and nothing else is', async (t) => {
  const { read } = SELECT_STRATEGY_PROMPT;
  t.same(read({ strategy: 'rlm_lite' }, INPUT), { output: { strategy: 'rlm_lite' } });
  t.same(read({ strategy: ' Map_Reduce.v1 ' }, INPUT), { output: { strategy: 'map_reduce' } });
  for (const value of [{ strategy: 'summary' }, { strategy: 3 }, {}, null, 'direct'])
    t.match(read(value, INPUT), { fault: /"strategy" is missing or none of direct/ });
});
