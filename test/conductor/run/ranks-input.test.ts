// An input is ranked wherever somebody ranks: our own engine, a provider that is one, a validator, or a question that counts.
import t from 'tap';
import type { Backend, Market } from '../../../conductor/ports.ts';
import { ranksInput } from '../../../conductor/run/ranks-input.ts';
import { analyseQuery } from '../../../conductor/search/query.ts';
import { ENGINE_NAME } from '../../../protocol/signature.ts';
import { offerOf } from '../../support/scripted-market.ts';

const named = (name: string) => ({ name }) as Backend;
const marketOf = (...models: string[][]) =>
  ({
    offers: () => models.map((one, index) => offerOf(String(index).repeat(64), { models: one })),
  }) as unknown as Market;
const WHY = analyseQuery('Why does it fail?');
const MODEL = named('openai:small');

t.test('where only models may be asked nothing is ranked', async (t) => {
  t.equal(ranksInput({ local: MODEL }, { verification: 'none' }, WHY), false);
  t.equal(
    ranksInput({ local: MODEL, market: marketOf(['openai:a'], ['openai:b']) }, { verification: 'none' }, WHY),
    false,
  );
});

t.test('one who ranks is enough', async (t) => {
  t.equal(ranksInput({ local: named(ENGINE_NAME) }, { verification: 'none' }, WHY), true);
  t.equal(
    ranksInput({ local: MODEL, market: marketOf(['openai:a'], [ENGINE_NAME]) }, { verification: 'none' }, WHY),
    true,
  );
  t.equal(
    ranksInput({ local: MODEL, market: marketOf(['openai:a', ENGINE_NAME]) }, { verification: 'none' }, WHY),
    true,
  );
  const npub = `validated:${'ab'.repeat(32)}`;
  t.equal(ranksInput({ local: MODEL }, { verification: npub }, WHY), true, 'a validator may rank');
});

t.test('a question for a number is counted over the whole input', async (t) => {
  t.equal(ranksInput({ local: MODEL }, { verification: 'none' }, analyseQuery('How many errors are there?')), true);
});
