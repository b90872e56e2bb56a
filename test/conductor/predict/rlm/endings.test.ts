import t from 'tap';
import { PredictionFailed } from '../../../../conductor/ports.ts';
import { PylonError } from '../../../../protocol/errors.ts';
import { Stage } from './stage.ts';

t.test('steps that bring nothing new are told of, and then end the exploration with a code', async (t) => {
  const stage = new Stage({ texts: { 'a.txt': 'one\ntwo\n' } });
  const explored = await stage.explore(() => ({ action: 'Search', text: 'two', into: 'hits' }));
  t.equal(explored.fault?.code, 'exploration-stuck');
  t.equal(explored.iterations, 7);
  t.match(stage.shown(2), /Notice: this was done before, in step 0/);
  t.match(explored.answer, /No answer was reached/);
  t.match(explored.citations, [{ quote: 'two' }]);
});

t.test('without a limit of steps and of sub-calls it does not begin', async (t) => {
  for (const limits of [{}, { maxRlmIterations: 3 }, { maxSubLmCalls: 3 }]) {
    const stage = new Stage({ texts: { a: 'x' }, limits });
    await t.rejects(stage.explore([]), { code: 'budget-limit-missing' });
    t.equal(stage.prompts.length, 0);
  }
});

t.test('a budget used up at any point gives what is known by then, with its code, and no more is used', async (t) => {
  const texts = { 'a.txt': Array.from({ length: 200 }, (_, index) => `user ${index} is here`).join('\n') };
  const script = [
    { action: 'Search', text: 'user 17', into: 'hits' },
    'no action',
    { action: 'ExtractOverChunks', question: 'q', into: 'rows' },
    { action: 'SubLm', question: 'q', over: 'hits' },
    { action: 'ToolCall', tool: 'grep', args: {} },
    { action: 'Final', answer: '{{hits[1].text}}', evidence: ['hits[1]'] },
  ];
  const options = {
    texts,
    leaf: () => ({ score: 1 }),
    tools: [{ name: 'grep', about: '', args: {} }],
    ask: () => 'said',
  };
  const whole = new Stage({ ...options, limits: { maxRlmIterations: 100, maxSubLmCalls: 100 } });
  t.equal((await whole.explore(script)).fault, undefined);
  const { timeMs: _, msat: __, ...used } = whole.budget.usage();
  const names = {
    lmCalls: 'maxLmCalls',
    toolCalls: 'maxToolCalls',
    outputChars: 'maxOutputChars',
    rlmIterations: 'maxRlmIterations',
    subLmCalls: 'maxSubLmCalls',
  } as const;
  for (const [figure, name] of Object.entries(names) as [keyof typeof names, (typeof names)[keyof typeof names]][]) {
    const most = used[figure];
    for (let limit = 0; limit < most; limit += Math.max(1, Math.floor(most / 40))) {
      const limits = { maxRlmIterations: 100, maxSubLmCalls: 100, [name]: limit };
      const stage = new Stage({ ...options, limits });
      const explored = await stage.explore(script);
      t.equal(explored.fault?.code, 'budget-limit-reached', `${name} ${limit}`);
      t.ok(explored.answer.length > 0);
      t.ok(stage.budget.usage()[figure] <= limit);
    }
  }
  const late = new Stage({ ...options, limits: { maxRlmIterations: 100, maxSubLmCalls: 100, maxTimeMs: 50 } });
  const explored = await late.explore((_, call) => {
    late.nowMs += 20;
    return script[call] ?? '';
  });
  t.match(explored.fault, { code: 'budget-limit-reached', value: /maxTimeMs/ });
});

t.test('an interruption ends it with what is known, and a model that fails too', async (t) => {
  const stage = new Stage({ texts: { a: 'needle here\n' } });
  const ending = new AbortController();
  const { explored } = await stage.record(
    stage.controller((_, call) => {
      if (call === 1) ending.abort();
      return { action: 'Search', text: call === 0 ? 'needle' : 'here', into: 'hits' };
    }),
    ending.signal,
  );
  t.equal(explored.fault?.code, 'interrupted');
  t.match(explored.citations, [{ quote: 'needle here' }]);
  const failing = new Stage({ texts: { a: 'x' } });
  const usage = { calls: 2, input_tokens: 5, output_tokens: 0 };
  const failed = await failing.explore({
    model: 'failing',
    complete: async () => {
      throw new PredictionFailed(new PylonError('backend-unavailable'), usage, 0);
    },
  });
  t.match(failed, { fault: { code: 'backend-unavailable' }, usage });
});

t.test('leaves that did not answer make the answer one of a part', async (t) => {
  const text = 'some line of the input\n'.repeat(200);
  const stage = new Stage({
    texts: { a: text },
    leaf: () => ({ score: 1 }),
    limits: { maxRlmIterations: 9, maxSubLmCalls: 2 },
  });
  const explored = await stage.explore([
    { action: 'ExtractOverChunks', question: 'q', into: 'rows' },
    { action: 'Final', answer: 'half', evidence: ['rows[1]'] },
  ]);
  t.equal(explored.fault?.code, 'budget-limit-reached');
  t.equal(explored.answer, 'half');
  t.equal(stage.asked, 2);
  t.match(stage.shown(1), /"chunks":5,"answered":2,"asked":2/);
});
