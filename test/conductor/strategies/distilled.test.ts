import t from 'tap';
import type { PredictParams } from '../../../protocol/predict-params.ts';
import { scriptedController } from '../../support/scripted-controller.ts';
import { playStrategy, type StrategyScene } from '../../support/strategy-stage.ts';

const NOISE = Array.from(
  { length: 400 },
  (_, index) => `10:00:${index % 60} INFO worker ${index} checked ${index * 7}`,
);
const LOG = `${[...NOISE.slice(0, 190), 'ERROR the disk of host alpha9 is full', ...NOISE.slice(190)].join('\n')}\n`;
const CLEAR = 'Which host has a full disk?';
const VAGUE = 'Which worker checked something?';
const three: NonNullable<StrategyScene['market']> = (market) =>
  market.provider('one').provider('two').provider('three');
const play = (scene: Partial<StrategyScene>) =>
  playStrategy({
    strategyId: 'distilled.search_line_extract.v1',
    texts: { 'app.log': LOG },
    query: CLEAR,
    market: three,
    ...scene,
  });

t.test('a needle that stands out is quoted without a leaf, and without a model', async (t) => {
  const { record, receipt, market, journal } = await play({});
  t.equal(record.status, 'done');
  t.match(record.output, /alpha9 is full \[1\]/);
  t.equal(market.asked.length, 0);
  t.equal(record.metrics.coverage, 1, 'the whole input was gone through');
  t.match(receipt.strategyReason, /clearly answers, at app\.log:191: the best lines hold \d+ % of its words/);
  t.equal(receipt.strategyId, 'distilled.search_line_extract.v1');
  t.match(journal.of('RlmIteration'), [{ action: 'Rank' }]);
});

t.test('with a model the answer is made of the lines that were found, in one call', async (t) => {
  const model = scriptedController();
  const { record, receipt, market } = await play({ model });
  t.equal(model.calls, 1);
  t.equal(market.asked.length, 0);
  t.match(record.output, /alpha9 is full \[1\]/);
  t.equal(record.span_refs[0]?.start_line, 191);
  t.ok(model.inputTokens < 1_500, `${model.inputTokens} tokens, whatever the size of the input`);
  t.equal(receipt.strategyId, 'distilled.search_line_extract.v1');
});

t.test('where nothing stands out the input is explored, and the receipt says why', async (t) => {
  const fanOut = { action: 'ExtractOverChunks', question: VAGUE, into: 'found' };
  const final = { action: 'Final', answer: 'Many. [1]', evidence: ['found[1]'] };
  const { record, receipt, journal } = await play({ query: VAGUE, model: scriptedController([fanOut, final]) });
  t.equal(record.status, 'done');
  t.equal(record.output, 'Many. [1]');
  t.equal(receipt.strategyId, 'rlm_lite.v1');
  t.match(
    receipt.strategyReason,
    /distilled\.search_line_extract\.v1 fell back: .*other lines say the same with other values/,
  );
  t.equal(journal.record.config.strategy_id, 'distilled.search_line_extract.v1', 'the record has what was begun');
  t.ok(receipt.rlmTrace);
});

t.test('and without a model every chunk is asked', async (t) => {
  const { record, receipt, market } = await play({ query: VAGUE });
  t.equal(receipt.strategyId, 'map_reduce.v1');
  t.match(receipt.strategyReason, /fell back/);
  t.equal(market.asked.length, record.metrics.chunks);
});

t.test('a model that does not answer from the best lines is not the last word', async (t) => {
  const saysNothing = {
    model: 'mute',
    complete: async ({ messages }: { messages: readonly { content: string }[] }) => {
      const isController = messages.some(({ content }) => content.includes('State: {'));
      const final = { action: 'Final', answer: 'It was explored.', evidence: [] };
      const text = JSON.stringify(isController ? final : { answer: 'The text does not say.', evidence: [] });
      return { text, usage: { calls: 1, input_tokens: 1, output_tokens: 1 } };
    },
  };
  const { record, receipt } = await play({ model: saysNothing });
  t.equal(record.output, 'It was explored.');
  t.match(receipt.strategyReason, /did not answer from the best lines/);
  t.equal(record.metrics.lm_calls, 2);
  t.equal(receipt.usage.calls, 2, 'what the first attempt cost is not lost');
});

/** Parameters of an artifact that is in force. */
function inForce(params: Partial<PredictParams>) {
  const base: PredictParams = { decode: 'jsonish', repairsMax: 1, strategyId: 'auto', budgets: {}, ...params };
  return { artifacts: { active: () => ({ compiledId: 'learnt', params: base }) } };
}

const ONE_OF_MANY = `${[...NOISE, '10:00:59 INFO worker 777 checked everything twice'].join('\n')}\n`;
const WHO = 'Which worker checked everything?';

t.test('where the parameters say so the best groups are shown though none of them leads', async (t) => {
  const scene = { texts: { 'app.log': ONE_OF_MANY }, query: WHO };
  const model = scriptedController();
  const { receipt, market } = await play({
    ...scene,
    model,
    ports: inForce({ shownWhen: 'found', shownGroups: 3, aroundBytes: 0 }),
  });
  t.equal(model.calls, 1);
  t.equal(market.asked.length, 0);
  t.match(receipt, { strategyId: 'distilled.search_line_extract.v1', compiled_id: 'learnt' });
  t.match(
    receipt.strategyReason,
    /the parameters in force show the \d best groups of lines, the first at app\.log:\d+: .*1\.0 times as good/,
  );
});

t.test('without a model the best group must lead, whatever the parameters say', async (t) => {
  const { receipt } = await play({ query: VAGUE, ports: inForce({ shownWhen: 'found' }) });
  t.equal(receipt.strategyId, 'map_reduce.v1');
});

t.test('fewer groups with less round them make a shorter prompt', async (t) => {
  const tokensOf = async (params: Partial<PredictParams>) => {
    const model = scriptedController();
    const { record } = await play({ model, ports: inForce(params) });
    t.match(record.output, /alpha9 is full \[1\]/);
    return model.inputTokens;
  };
  const usual = await tokensOf({});
  const bare = await tokensOf({ shownGroups: 1, aroundBytes: 0 });
  const wide = await tokensOf({ shownGroups: 12, aroundBytes: 2_048 });
  t.ok(bare < usual && usual < wide, `${bare} < ${usual} < ${wide}`);
});
