// What the market promises the conductor, against providers that do whatever they like on the wire.
import t, { type Test } from 'tap';
import { PredictionFailed } from '../../../conductor/ports.ts';
import { bind } from '../../../conductor/verify/bind.ts';
import { realClock } from '../../../node/clock.ts';
import type { StrayKind, SwarmMarketOptions } from '../../../node/swarm/market.ts';
import { canonicalHash } from '../../../protocol/canonical.ts';
import type { EventTemplate, VerifiedEvent } from '../../../protocol/event.ts';
import { encodeFailure } from '../../../protocol/failure.ts';
import { encodeFeedback } from '../../../protocol/feedback.ts';
import type { Offer } from '../../../protocol/handler.ts';
import { encodeJobResult, parseJobBody } from '../../../protocol/job.ts';
import { ZERO_MSAT } from '../../../protocol/money.ts';
import { EXTRACTOR, NO_USAGE } from '../../../protocol/signature.ts';
import { ANNOUNCEMENT, askOf, eventually, hurriedClock, newKeys, Swarm } from '../../support/swarm.ts';

const OUTPUT = { findings: [{ quote: 'found', score: 1 }] };
const soon = () => Math.floor(Date.now() / 1_000) + 60;

/** A swarm with one provider that the test plays itself. */
async function stage(t: Test, options: Partial<SwarmMarketOptions> = {}) {
  const swarm = await Swarm.start();
  t.teardown(() => swarm.close());
  const strays: StrayKind[] = [];
  const market = swarm.market({ onStray: (kind) => strays.push(kind), ...options });
  const keys = newKeys();
  const pool = swarm.pool();
  const requests: VerifiedEvent[] = [];
  const cancels: VerifiedEvent[] = [];
  pool.subscribe([{ kinds: [5940], '#p': [keys.publicKey] }, { kinds: [5] }], {
    onEvent: (event) => (event.kind === 5 ? cancels : requests).push(event),
  });
  const offer: Offer = { ...ANNOUNCEMENT, provider: keys.publicKey, expiresAt: soon() };
  await pool.ready();
  const publish = (template: EventTemplate, by = keys) => pool.publish(by.sign(template));
  /** The honest result of a request, with changes; sealed by the provider. */
  const result = (request: VerifiedEvent, change: object = {}): EventTemplate => {
    const job = parseJobBody(keys.openFrom(request.pubkey, request.content));
    const body = {
      v: 1,
      request_id: request.id,
      nonce: job.nonce,
      provider: keys.publicKey,
      output: OUTPUT,
      output_hash: canonicalHash(OUTPUT),
      usage: NO_USAGE,
      model: 'played',
      ...change,
    };
    const sealed = keys.sealFor(request.pubkey, JSON.stringify(body));
    return encodeJobResult(sealed, request, ZERO_MSAT, soon() - 60, soon());
  };
  const feedback = (request: VerifiedEvent, status: Parameters<typeof encodeFeedback>[1], extra = '') =>
    encodeFeedback(request, status, extra, soon() - 60, soon());
  const ask = (
    text = 'some text',
    signal = new AbortController().signal,
    onSignOfLife = () => undefined as unknown,
  ) => {
    const asked = askOf(offer, text);
    const reply = market.ask(asked, { signal, onSignOfLife: () => void onSignOfLife() });
    reply.catch(() => undefined); // each test looks at it in its own time
    return { asked, reply };
  };
  const request = async (count = 1) => {
    await eventually(`request ${count}`, () => requests.length >= count);
    return requests[count - 1]!;
  };
  return { swarm, market, strays, keys, offer, cancels, requests, publish, result, feedback, ask, request };
}

t.test('a result counts only when the provider asked has signed it for the request asked', async (t) => {
  const { ask, request, publish, result, strays } = await stage(t);
  const { asked, reply } = ask();
  const event = await request();
  await publish(result(event), newKeys());
  await publish(encodeJobResult('x', { ...event, id: 'e'.repeat(64) }, ZERO_MSAT, soon() - 60, soon()));
  await eventually('two strays', () => strays.length === 2);
  t.same(strays, ['misaddressed', 'unknown']);
  await publish(result(event));
  const { output } = bind(await reply, asked.request, asked.offer.provider, EXTRACTOR);
  t.same(output, OUTPUT);
});

t.test('a second and a late result are counted and change nothing', async (t) => {
  const { ask, request, publish, result, strays } = await stage(t);
  const { reply } = ask();
  const event = await request();
  await publish(result(event));
  t.same((await reply).result.output, OUTPUT);
  await publish(result(event, { output: { findings: [] } }));
  await eventually('a stray', () => strays.length === 1);
  t.same(strays, ['late']);
});

t.test('the result of an earlier job, replayed for this one, does not bind', async (t) => {
  const { ask, request, publish, result } = await stage(t);
  ask('an earlier text');
  const earlier = await request();
  const { asked, reply } = ask('a later text');
  const later = await request(2);
  const { content } = result(earlier);
  await publish({ ...result(later), content });
  const replayed = await reply;
  t.throws(() => bind(replayed, asked.request, asked.offer.provider, EXTRACTOR), { code: 'result-invalid' });
});

t.test('a result that does not open, is not sealed, or has no form fails its job at once', async (t) => {
  const { ask, request, publish, result, keys } = await stage(t);
  const cases: [what: string, content: (honest: string, asker: string) => string, code: string][] = [
    ['garbage', () => 'garbage', 'seal-invalid'],
    ['sealed for another', (_honest, _asker) => keys.sealFor(newKeys().publicKey, '{}'), 'seal-invalid'],
    ['no JSON', (_honest, asker) => keys.sealFor(asker, 'hello'), 'result-invalid'],
    ['another form', (_honest, asker) => keys.sealFor(asker, '{"v":2}'), 'result-invalid'],
  ];
  for (const [index, [what, content, code]] of cases.entries()) {
    const { reply } = ask();
    const event = await request(index + 1);
    const honest = result(event);
    await publish({ ...honest, content: content(honest.content, event.pubkey) });
    await t.rejects(reply, { code }, what);
  }
  const { reply } = ask();
  const event = await request(cases.length + 1);
  const honest = result(event);
  const opened = keys.openFrom(event.pubkey, honest.content);
  await publish({ ...honest, content: opened, tags: honest.tags.filter(([name]) => name !== 'encrypted') });
  await t.rejects(reply, { code: 'result-invalid', reason: /not sealed/ });
});

t.test("a provider's error keeps its code, and codes that are not a provider's to use become job-failed", async (t) => {
  const { ask, request, publish, feedback } = await stage(t);
  const cases: [extra: string, code: string][] = [
    ['job-queue-full: come back later', 'job-queue-full'],
    ['model-timeout: the model took too long', 'model-timeout'],
    ['relay-unreachable: believe me', 'job-failed'],
    ['budget-exhausted: pay more', 'job-failed'],
    ['no code at all', 'job-failed'],
    ['', 'job-failed'],
  ];
  for (const [index, [extra, code]] of cases.entries()) {
    const { reply } = ask();
    await publish(feedback(await request(index + 1), 'error', extra));
    await t.rejects(reply, { code }, extra);
  }
});

t.test('a failed job tells what it cost, inside the seal', async (t) => {
  const { ask, request, publish, feedback, keys } = await stage(t);
  const usage = { calls: 2, input_tokens: 300, output_tokens: 40 };
  const { reply } = ask();
  const event = await request();
  const template = feedback(event, 'error', 'model-output-invalid: prose');
  const content = keys.sealFor(event.pubkey, encodeFailure(event.id, usage));
  await publish({ ...template, content, tags: [...template.tags, ['encrypted']] });
  const thrown = await reply.catch((error) => error);
  t.ok(thrown instanceof PredictionFailed);
  t.match(thrown, { code: 'model-output-invalid', usage });
});

t.test('signs of life reach the asker, and a bill is an error of its own', async (t) => {
  const { ask, request, publish, feedback } = await stage(t);
  let signs = 0;
  const { reply } = ask('text', new AbortController().signal, () => signs++);
  const event = await request();
  await publish(feedback(event, 'processing'));
  await publish(feedback(event, 'partial'));
  await publish(feedback(event, 'payment-required', '5000'));
  await t.rejects(reply, { code: 'job-payment-required' });
  t.equal(signs, 2);
});

t.test(
  'changing one’s mind withdraws the jobs on the wire, several in one event, each naming its provider',
  async (t) => {
    const { ask, request, cancels, keys, strays, publish, result } = await stage(t);
    const controller = new AbortController();
    const replies = [ask('one', controller.signal).reply, ask('two', controller.signal).reply];
    const events = [await request(1), await request(2)];
    controller.abort(new Error('enough'));
    for (const reply of replies) await t.rejects(reply, { code: 'job-cancelled' });
    await eventually('the cancel', () => cancels.length === 1);
    const named = (name: string) => cancels[0]!.tags.filter((tag) => tag[0] === name).map((tag) => tag[1]);
    t.same(named('e').sort(), events.map(({ id }) => id).sort());
    t.same([named('k'), named('p')], [['5940'], [keys.publicKey]]);
    await publish(result(events[0]!)).catch(() => undefined);
    await eventually('the late result', () => strays.length === 1);
    t.same(strays, ['late']);
  },
);

t.test('asking with a mind already changed publishes nothing', async (t) => {
  const { ask, swarm } = await stage(t);
  await t.rejects(ask('one', AbortSignal.abort()).reply, { code: 'job-cancelled' });
  t.equal(swarm.relay.stats.eventsReceived, 0);
});

t.test('a job that cannot be sealed is not published', async (t) => {
  const { market, offer, swarm } = await stage(t);
  const options = { signal: new AbortController().signal, onSignOfLife: () => undefined };
  const asked = askOf({ ...offer, provider: 'f'.repeat(64) }, 'secret');
  await t.rejects(market.ask(asked, options), { code: 'seal-invalid' });
  t.equal(swarm.relay.stats.eventsReceived, 0);
});

t.test('a tap on the relay sees nothing of a sealed job, and all of a public one', async (t) => {
  for (const isPublic of [false, true]) {
    const swarm = await Swarm.start();
    t.teardown(() => swarm.close());
    const seen: string[] = [];
    swarm.relay.onEvent((_event, raw) => seen.push(Buffer.from(raw).toString()));
    await swarm.provider();
    const market = swarm.market({ public: isPublic });
    await eventually('an offer', () => market.offers().length === 1);
    const asked = askOf(market.offers()[0]!, 'the plaintext of the input', { query: 'the plaintext of the query' });
    const reply = await market.ask(asked, { signal: new AbortController().signal, onSignOfLife: () => undefined });
    t.equal(bind(reply, asked.request, asked.offer.provider, EXTRACTOR).output.findings.length, 1);
    t.equal(seen.join().includes('plaintext'), isPublic);
  }
});

t.test('a job larger than the relay takes is refused before it is sent, naming --chunk-size', async (t) => {
  const { market, offer, swarm } = await stage(t);
  const options = { signal: new AbortController().signal, onSignOfLife: () => undefined };
  const wide = { ...offer, max_input_bytes: 655_360 };
  const small = await Swarm.start({ limits: { messageBytesMax: 8_192 } });
  t.teardown(() => small.close());
  const pool = small.pool();
  await pool.ready();
  const refusal = { code: 'event-too-large', next: /--chunk-size/ };
  await t.rejects(small.market({ pool }).ask(askOf(wide, 'x'.repeat(8_000)), options), refusal);
  await t.rejects(market.ask(askOf(offer, 'x'.repeat(50_000)), options), { code: 'job-too-large' });
  t.equal(small.relay.stats.eventsReceived + swarm.relay.stats.eventsReceived, 0);
});

t.test('a job that nobody answers ends when it expires', async (t) => {
  const { swarm, offer } = await stage(t);
  const market = swarm.market({ clock: hurriedClock() });
  const options = { signal: new AbortController().signal, onSignOfLife: () => undefined };
  const asked = { ...askOf(offer, 'text'), expiresAtMs: realClock().now() + 500 };
  await t.rejects(market.ask(asked, options), { code: 'job-timeout' });
});

t.test('a market that closes cancels what is in flight', async (t) => {
  const { ask, market, request } = await stage(t);
  const { reply } = ask();
  await request();
  await Promise.all([t.rejects(reply, { code: 'job-cancelled' }), market.close()]);
});

t.test('offers appear when announced and vanish when their provider stops', async (t) => {
  const swarm = await Swarm.start();
  t.teardown(() => swarm.close());
  const provider = await swarm.provider({ announcement: { ...ANNOUNCEMENT, name: 'short-lived' } });
  const pool = swarm.pool();
  await pool.ready();
  const market = swarm.market({ pool });
  await market.surveyed();
  t.same(
    market.offers().map(({ name }) => name),
    ['short-lived'],
  );
  await provider.stop();
  await eventually('no offers', () => market.offers().length === 0);
});
