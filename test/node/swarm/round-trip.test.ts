// The whole wire once: announced, found, asked, answered, bound.
import t from 'tap';
import { bind } from '../../../conductor/verify/bind.ts';
import { EXTRACTOR } from '../../../protocol/signature.ts';
import { askOf, eventually, Swarm } from '../../support/swarm.ts';

t.test('a sealed job goes to the provider that was found and its result binds to the request', async (t) => {
  const swarm = await Swarm.start();
  t.teardown(() => swarm.close());
  const provider = await swarm.provider();
  const market = swarm.market();
  await eventually('an offer', () => market.offers().length === 1);
  const ask = askOf(market.offers()[0]!, 'the first line\nthe second');
  const reply = await market.ask(ask, { signal: new AbortController().signal, onSignOfLife: () => undefined });
  const bound = bind(reply, ask.request, ask.offer.provider, EXTRACTOR);
  t.equal(bound.output.findings[0]?.quote, 'the first line');
  t.equal(reply.amountMsat, 11);
  t.equal(provider.stats.done, 1);
});
