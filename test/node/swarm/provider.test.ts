// What a provider promises its customers, seen from the wire.
import t, { type Test } from 'tap';
import { type Backend, PredictionFailed } from '../../../conductor/ports.ts';
import type { ProviderOptions } from '../../../node/swarm/provider.ts';
import { PylonError } from '../../../protocol/errors.ts';
import { tagValue, type VerifiedEvent } from '../../../protocol/event.ts';
import { parseFailure } from '../../../protocol/failure.ts';
import {
  encodeCancel,
  encodeJobBody,
  encodeJobRequest,
  type JobRequest,
  parseJobResult,
} from '../../../protocol/job.ts';
import { msat } from '../../../protocol/money.ts';
import { ANNOUNCEMENT, eventually, jobRequest, LIMITS, newKeys, quotingBackend, Swarm } from '../../support/swarm.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const now = () => Math.floor(Date.now() / 1_000);

/** A real provider, and a customer that the test plays itself. */
async function stage(t: Test, options: Partial<ProviderOptions> = {}) {
  const swarm = await Swarm.start();
  t.teardown(() => swarm.close());
  const providerKeys = options.keys ?? newKeys();
  const lines: string[] = [];
  const provider = await swarm.provider({ keys: providerKeys, log: (line) => lines.push(line), ...options });
  const customer = newKeys();
  const pool = swarm.pool();
  const answers: VerifiedEvent[] = [];
  pool.subscribe([{ kinds: [6940, 6050, 7000], authors: [providerKeys.publicKey] }], {
    onEvent: (event) => answers.push(event),
  });
  await pool.ready();
  const sealed = (change: Partial<JobRequest> = {}, bidMsat = 1_000, by = customer): VerifiedEvent => {
    const body = encodeJobBody(jobRequest(change.text ?? 'one line\nanother', change));
    const envelope = { provider: providerKeys.publicKey, bidMsat: msat(bidMsat), relays: [swarm.relay.url] };
    const times = { createdAt: now(), expiresAt: now() + 60 };
    return by.sign(encodeJobRequest(by.sealFor(providerKeys.publicKey, body), { ...envelope, ...times }));
  };
  const send = async (event: VerifiedEvent) => {
    await pool.publish(event);
    return event;
  };
  const answersTo = (request: VerifiedEvent) => answers.filter((answer) => tagValue(answer, 'e') === request.id);
  const answer = async (request: VerifiedEvent) => {
    await eventually('an answer', () => answersTo(request).length > 0);
    return answersTo(request)[0]!;
  };
  const status = (event: VerifiedEvent) => (event.tags.find(([name]) => name === 'status') ?? []).slice(1).join(' ');
  const ask = async (event: VerifiedEvent) => status(await answer(await send(event)));
  const open = (event: VerifiedEvent) => customer.openFrom(providerKeys.publicKey, event.content);
  return {
    swarm,
    provider,
    providerKeys,
    customer,
    pool,
    lines,
    answers,
    sealed,
    send,
    answer,
    answersTo,
    status,
    ask,
    open,
  };
}

/** A backend whose jobs end when the test says so. */
function held() {
  const started: string[] = [];
  const ends: (() => void)[] = [];
  const backend = quotingBackend(({ text }, signal) => {
    started.push(text);
    return new Promise<void>((resolve, reject) => {
      ends.push(resolve);
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  });
  const release = () => {
    for (const end of ends.splice(0)) end();
  };
  return { backend, started, release };
}

function failing(thrown: unknown): Backend {
  return {
    name: 'failing',
    async predict() {
      throw thrown;
    },
  };
}

function returning(output: unknown): Backend {
  const usage = { calls: 1, input_tokens: 10, output_tokens: 5 };
  return {
    name: 'returning',
    async predict() {
      return { output: output as never, usage, repairs: 0 };
    },
  };
}

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

t.test('each reason to refuse has its code', async (t) => {
  const { sealed, ask, customer, providerKeys, provider } = await stage(t);
  t.match(await ask(sealed({ text: 'x'.repeat(41_000) })), /^error job-too-large: /);
  t.match(
    await ask(sealed({ text: 'x'.repeat(40_900) })),
    /^error job-too-large: /,
    'the padding hides it, the body shows it',
  );
  t.match(await ask(sealed({ signature: '@pylon/rlm/Poet.v1' })), /^error job-unsupported: .*Poet/);
  t.match(await ask(sealed({ model: 'gpt-9' })), /^error job-unsupported: .*gpt-9/);
  t.match(await ask(sealed({}, 10)), /^error job-price-too-low: .*11 msat.*10 msat/);
  t.match(await ask(sealed({ nonce: 'short' })), /^error job-invalid: .*nonce/);
  const template = sealed();
  t.match(await ask(customer.sign({ ...template, content: 'not sealed' })), /^error seal-invalid: /);
  t.match(
    await ask(
      customer.sign({
        ...template,
        tags: [
          ['p', providerKeys.publicKey],
          ['bid', '1000'],
        ],
      }),
    ),
    /^error job-invalid: /,
  );
  t.equal(provider.stats.done, 0);
});

t.test('a job that was void on arrival is refused as expired', async (t) => {
  const clock = new VirtualClock(Date.now() + 100_000);
  const { sealed, ask } = await stage(t, { clock });
  t.match(await ask(sealed()), /^error job-expired: /);
});

t.test('a job beyond the queue or the customer’s share is refused, and room is made by finishing', async (t) => {
  const { backend, started, release } = held();
  const limits = { queueMax: 1, perCustomerMax: 2 };
  const { sealed, send, ask, answer, status } = await stage(t, {
    backend,
    limits,
    announcement: { ...ANNOUNCEMENT, concurrency: 2 },
  });
  const taken = [await send(sealed()), await send(sealed())];
  await eventually('two jobs', () => started.length === 2);
  t.match(await ask(sealed()), /^error job-customer-limit: /);
  const [other, third] = [newKeys(), newKeys()];
  const waiting = await send(sealed({}, 1_000, other));
  t.match(await ask(sealed({}, 1_000, third)), /^error job-queue-full: /);
  release();
  await eventually('the third', () => started.length === 3);
  release();
  for (const request of [...taken, waiting]) t.equal(status(await answer(request)), '');
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

t.test('what a backend breaks is a coded failure, and its private words stay here', async (t) => {
  const cases: [what: string, backend: Backend, status: RegExp][] = [
    [
      'throws',
      failing(new Error('sk-secret at http://10.0.0.7')),
      /^error job-failed: the provider could not do the job$/,
    ],
    [
      'is away',
      failing(new PylonError('backend-unavailable', { value: 'http://10.0.0.7' })),
      /^error backend-unavailable: the model endpoint does not answer$/,
    ],
    ['breaks the schema', returning({ findings: 'none' }), /^error job-failed: .*findings/],
    [
      'says too much',
      returning({ findings: [{ quote: 'x'.repeat(4_000), score: 1 }] }),
      /^error job-failed: .*characters/,
    ],
  ];
  for (const [what, backend, pattern] of cases) {
    const { sealed, ask } = await stage(t, { backend });
    const said = await ask(sealed({ maxOutputChars: 1_000 }));
    t.match(said, pattern, what);
    t.notMatch(said, /secret|10\.0\.0\.7/);
  }
});

t.test('a failure tells the customer, and only the customer, which calls it cost', async (t) => {
  const usage = { calls: 2, input_tokens: 100, output_tokens: 50 };
  const error = new PredictionFailed(new PylonError('model-output-invalid'), usage, 1);
  const { sealed, send, answer, open } = await stage(t, { backend: failing(error) });
  const request = await send(sealed());
  const refusal = await answer(request);
  t.notMatch(refusal.content, /calls/);
  t.same(parseFailure(open(refusal), request.id), usage);
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
