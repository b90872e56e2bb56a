import t from 'tap';
import { chooseTier } from '../../../node/engine/tier-choice.ts';
import type { Offer } from '../../../protocol/handler.ts';
import { ENGINE_NAME } from '../../../protocol/signature.ts';

const offer = (provider: string, models = [ENGINE_NAME], operator?: string): Offer => ({
  v: 1,
  name: provider,
  models,
  base_msat: 1,
  msat_per_1k_chars: 1,
  max_input_bytes: 40_000,
  concurrency: 1,
  provider: provider.repeat(64),
  expiresAt: 2_000_000_000,
  ...(operator === undefined ? {} : { operator: operator.repeat(64) }),
});

function chosen(
  offers: readonly Offer[] | undefined,
  more: { verify?: string; relays?: string[]; model?: string } = {},
) {
  const notices: string[] = [];
  const { verify = 'auto', relays = ['ws://elsewhere'], model = ENGINE_NAME } = more;
  const tier = chooseTier({ verify, relays }, offers, model, (line) => void notices.push(line));
  return { tier, isTold: notices.length > 0 };
}

t.test('strangers who can check each other are judged by their record', async (t) => {
  t.same(chosen([offer('a'), offer('b')]), { tier: 'credibility', isTold: false });
  t.same(chosen([offer('a', ['llama']), offer('b', ['qwen'])], { model: 'openai:llama' }).tier, 'credibility');
});

t.test('where nobody can say whether a stranger lies, nobody is checked, and that is said', async (t) => {
  t.same(chosen([offer('a')]), { tier: 'none', isTold: true }, 'one provider');
  t.same(
    chosen([offer('a', undefined, 'c'), offer('b', undefined, 'c')]),
    { tier: 'none', isTold: true },
    'one operator',
  );
  t.same(
    chosen([offer('a', ['llama']), offer('b', ['llama'])]),
    { tier: 'none', isTold: true },
    'this machine has no model',
  );
});

t.test('our own providers need no check, and what the user names is what the user gets', async (t) => {
  t.same(chosen([offer('a'), offer('b')], { relays: [] }), { tier: 'none', isTold: false });
  t.same(chosen(undefined), { tier: 'none', isTold: false });
  t.same(chosen([offer('a'), offer('b')], { verify: 'none' }), { tier: 'none', isTold: false });
  t.same(chosen([offer('a')], { verify: 'redundancy:2of3' }), { tier: 'redundancy:2of3', isTold: false });
});
