// What a provider promises its customers, seen from the wire.
import t from 'tap';
import { tagValue, type VerifiedEvent } from '../../../protocol/event.ts';
import { encodeCancel, encodeJobBody, encodeJobRequest, parseJobResult } from '../../../protocol/job.ts';
import { msat } from '../../../protocol/money.ts';
import { held, returning, stage } from '../../support/provider-stage.ts';
import { ANNOUNCEMENT, eventually, jobRequest, LIMITS, newKeys, quotingBackend, Swarm } from '../../support/swarm.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const now = () => Math.floor(Date.now() / 1_000);

t.test(
  'a sealed job is answered with a sealed result that repeats nothing of the request and passes the usage on',
  async (t) => {
    const { sealed, send, answer, open } = await stage(t, {
      backend: returning({ findings: [{ quote: 'q', score: 1 }] }),
    });
    const request = await send(sealed({ nonce: 'ab'.repeat(16) }));
    const result = await answer(request);
    t.equal(result.kind, 6940);
    t.same(
      result.tags.map(([name]) => name),
      ['e', 'p', 'encrypted', 'amount', 'expiration'],
    );
    t.equal(tagValue(result, 'amount'), '11');
    const body = parseJobResult(open(result));
    t.match(body, { request_id: request.id, nonce: 'ab'.repeat(16), model: 'returning' });
    t.same(body.usage, { calls: 1, input_tokens: 10, output_tokens: 5 });
  },
);

t.test('an open job in the bare form and a text generation are answered in plain text', async (t) => {
  const { customer, send, answer, providerKeys } = await stage(t);
  for (const kind of [5940, 5050]) {
    const tags = [
      ['i', 'the red line\nthe blue line\nWhich line is red?', 'text'],
      ['bid', '1000'],
      ['p', providerKeys.publicKey],
    ];
    const result = await answer(await send(customer.sign({ kind, created_at: now(), tags, content: '' })));
    t.equal(result.kind, kind + 1_000);
    t.equal(result.content, 'the red line');
    t.notOk(tagValue(result, 'encrypted'));
  }
});

t.test('a bare prompt goes to the model where there is one', async (t) => {
  const model = {
    model: 'parrot',
    complete: async ({ messages }: { messages: readonly { content: string }[] }) => ({
      text: `you said: ${messages[0]!.content}`,
      usage: { calls: 1, input_tokens: 1, output_tokens: 1 },
    }),
  };
  const { customer, send, answer, providerKeys } = await stage(t, { model });
  const tags = [
    ['i', 'hello', 'text'],
    ['bid', '1000'],
    ['p', providerKeys.publicKey],
  ];
  const result = await answer(await send(customer.sign({ kind: 5050, created_at: now(), tags, content: '' })));
  t.equal(result.content, 'you said: hello');
});

t.test('an open job that names nobody is taken by those who take such', async (t) => {
  for (const takesOpenJobs of [true, false]) {
    const { customer, send, answer, ask, sealed, answersTo } = await stage(t, { takesOpenJobs });
    const tags = [
      ['i', 'a prompt', 'text'],
      ['bid', '1000'],
    ];
    const request = await send(customer.sign({ kind: 5940, created_at: now(), tags, content: '' }));
    if (takesOpenJobs) t.equal((await answer(request)).content, 'a prompt');
    else {
      await ask(sealed());
      t.same(answersTo(request), []);
    }
  }
});

t.test('only work that takes longer than half a second is announced as under way', async (t) => {
  const { backend, started, release } = held();
  const clock = new VirtualClock(Date.now());
  const { sealed, send, answer, answersTo, status } = await stage(t, { backend, clock });
  const request = await send(sealed());
  await eventually('the job', () => started.length === 1);
  t.same(answersTo(request), []);
  const startedAt = clock.now();
  await clock.step();
  t.equal(clock.now() - startedAt, 500);
  t.equal(status(await answer(request)), 'processing ');
  release();
  await eventually('the result', () => answersTo(request).length === 2);
  t.equal(answersTo(request)[1]?.kind, 6940);
});

t.test('a cancel by the customer ends a running job and forgets a waiting one, without an answer', async (t) => {
  const { backend, started } = held();
  const { sealed, send, answersTo, provider, customer, pool } = await stage(t, {
    backend,
    announcement: { ...ANNOUNCEMENT, concurrency: 1 },
  });
  const [running, waiting] = [await send(sealed()), await send(sealed())];
  await eventually('both', () => started.length === 1 && provider.jobsActive === 2);
  await pool.publish(newKeys().sign(encodeCancel([running.id, waiting.id], now())));
  await pool.publish(customer.sign(encodeCancel([running.id, waiting.id], now())));
  await eventually('none', () => provider.jobsActive === 0);
  await provider.stop();
  t.equal(started.length, 1, 'the waiting job was never begun');
  t.same([...answersTo(running), ...answersTo(waiting)], []);
  t.match(provider.stats, { cancelled: 2, done: 0, failed: 0 });
});

t.test('a cancel that overtakes its request on another relay keeps it from being done', async (t) => {
  const [one, other] = [await Swarm.start(), await Swarm.start()];
  t.teardown(async () => Promise.all([one.close(), other.close()]));
  const keys = newKeys();
  const pool = one.pool({ urls: [one.relay.url, other.relay.url] });
  const provider = await one.provider({ keys, pool });
  const customer = newKeys();
  const times = { createdAt: now(), expiresAt: now() + 60 };
  const envelope = { provider: keys.publicKey, bidMsat: msat(1_000), relays: [], ...times };
  const sealed = customer.sealFor(keys.publicKey, encodeJobBody(jobRequest('text')));
  const request = customer.sign(encodeJobRequest(sealed, envelope));
  const cancel = encodeCancel([request.id], now());
  const before = pool.relays()[0]!.stats.events;
  await one.pool().publish(customer.sign({ ...cancel, tags: [...cancel.tags, ['p', keys.publicKey]] }));
  await eventually('the cancel', () => pool.relays()[0]!.stats.events > before);
  await other.pool().publish(request);
  await eventually('the request', () => provider.stats.ignored === 1);
  t.match(provider.stats, { done: 0, refused: 0, cancelled: 0 });
});

t.test('a request that comes over two relays is done once', async (t) => {
  const [one, other] = [await Swarm.start(), await Swarm.start()];
  t.teardown(async () => Promise.all([one.close(), other.close()]));
  let runs = 0;
  const keys = newKeys();
  const urls = [one.relay.url, other.relay.url];
  await one.provider({ keys, pool: one.pool({ urls }), backend: quotingBackend(() => runs++) });
  const customer = newKeys();
  const pool = one.pool({ urls });
  const answers: VerifiedEvent[] = [];
  pool.subscribe([{ kinds: [6940], '#p': [customer.publicKey] }], { onEvent: (event) => answers.push(event) });
  const body = encodeJobBody(jobRequest('text'));
  const envelope = {
    provider: keys.publicKey,
    bidMsat: msat(1_000),
    relays: urls,
    createdAt: now(),
    expiresAt: now() + 60,
  };
  await pool.publish(customer.sign(encodeJobRequest(customer.sealFor(keys.publicKey, body), envelope)));
  await eventually('an answer', () => answers.length > 0);
  t.same([runs, answers.length], [1, 1]);
});

t.test('stopping finishes what is in flight, publishes it, and takes nothing new', async (t) => {
  const { backend, started, release } = held();
  const { sealed, send, answer, answersTo, provider } = await stage(t, { backend });
  const request = await send(sealed());
  await eventually('the job', () => started.length === 1);
  const stopping = provider.stop();
  const late = await send(sealed());
  release();
  await stopping;
  t.equal((await answer(request)).kind, 6940);
  t.same([started.length, answersTo(late)], [1, []]);
});

t.test('stopping does not wait for ever', async (t) => {
  const { backend, started } = held();
  const { sealed, send, provider, lines } = await stage(t, { backend, limits: LIMITS });
  await send(sealed());
  await eventually('the job', () => started.length === 1);
  await provider.stop(50);
  t.match(lines.at(-1), /1 jobs/);
});
