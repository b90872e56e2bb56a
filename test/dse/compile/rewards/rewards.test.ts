// Rewards: what is right is worth 1, what is wrong 0, what is half right something between, and always with words about it.
import fc from 'fast-check';
import t from 'tap';
import { EVIDENCE } from '../../../../dse/compile/rewards/evidence.ts';
import { EXACT_JSON } from '../../../../dse/compile/rewards/exact-json.ts';
import { FIELD_F1 } from '../../../../dse/compile/rewards/field-f1.ts';
import { compareFields, fieldsOf } from '../../../../dse/compile/rewards/fields.ts';
import type { Reward, Rewarded } from '../../../../dse/compile/rewards/reward.ts';
import type { DseExample } from '../../../../protocol/dse/example.ts';
import { madeExample } from '../../../support/made-examples.ts';

function rewarded(reward: Reward, expectedJson: unknown, output: unknown, inputJson: unknown = {}): Rewarded {
  const example = madeExample(1, { expectedJson, inputJson } as Partial<DseExample>);
  return reward.of(example, output, new AbortController().signal) as Rewarded;
}

t.test('exact JSON is right to the letter, whatever the order of its members', async (t) => {
  t.same(rewarded(EXACT_JSON, { a: 1, b: [2, 3] }, { b: [2, 3], a: 1 }), { reward: 1, feedback: '' });
  t.match(rewarded(EXACT_JSON, { a: 1 }, { a: 2 }), { reward: 0, feedback: /^expected and not there: a = 1$/m });
  t.match(rewarded(EXACT_JSON, [1, 2], [2, 1]), { reward: 0, feedback: /order/ });
});

t.test('field F1 counts the fields that both have, and names the others', async (t) => {
  t.same(rewarded(FIELD_F1, { a: 1, b: 2 }, { b: 2, a: 1 }), { reward: 1, feedback: '' });
  t.match(rewarded(FIELD_F1, { a: 1, b: 2 }, { a: 1, b: 3 }), { reward: 0.5, feedback: /b = 2\n.*b = 3/ });
  t.match(rewarded(FIELD_F1, { list: ['x', 'y'] }, { list: ['y', 'x'] }), { reward: 1 }, 'lists are bags');
  t.match(
    rewarded(FIELD_F1, { list: ['x', 'x'] }, { list: ['x'] }),
    { reward: 2 / 3 },
    'counted as often as it is there',
  );
  t.match(rewarded(FIELD_F1, { a: [] }, { a: {} }), { reward: 0 });
  t.same(fieldsOf({ a: [{ q: 1 }], b: {} }), ['a[].q = 1', 'b = {}']);
});

t.test('evidence is worth what it covers of the quotes expected, and how much of it stands in the input', async (t) => {
  const input = { query: 'why?', text: 'the pump failed at noon\nnobody saw it\nit was raining' };
  const expected = { answer: 'x', evidence: [{ n: 1, quote: 'the pump failed at noon' }] };
  const of = (...quotes: string[]) =>
    rewarded(EVIDENCE, expected, { answer: 'y', evidence: quotes.map((quote) => ({ quote })) }, input);
  t.same(of('the pump failed at noon'), { reward: 1, feedback: '' });
  t.match(of('pump failed at noon'), { reward: 1 }, 'most of it will do');
  t.match(of('noon'), { reward: 0, feedback: /not quoted: the pump/ });
  t.match(of('the pump failed at noon', 'the pump exploded'), {
    reward: 2 / 3,
    feedback: /not in the input: the pump exp/,
  });
  t.match(of(), { reward: 0, feedback: 'nothing was quoted' });
  const nothing = { answer: 'none', evidence: [] };
  t.match(rewarded(EVIDENCE, nothing, nothing, input), { reward: 1 });
  t.match(rewarded(EVIDENCE, nothing, expected, input), { reward: 0 });
});

t.test('whatever JSON comes, a reward is from 0 to 1, and 1 for what was expected', async () => {
  const json = fc.jsonValue({ maxDepth: 3 });
  fc.assert(
    fc.property(json, json, (expected, output) => {
      for (const reward of [EXACT_JSON, FIELD_F1, EVIDENCE]) {
        const { reward: worth, feedback } = rewarded(reward, expected, output);
        if (!(worth >= 0 && worth <= 1) || worth < 1 !== (feedback !== '')) return false;
      }
      const { missing, extra } = compareFields(expected, expected);
      return missing.length + extra.length === 0 && rewarded(EXACT_JSON, expected, expected).reward === 1;
    }),
  );
});
