// What a provider refuses or fails at, and what it says then: a code, and nothing private.
import t from 'tap';
import { type Backend, PredictionFailed } from '../../../conductor/ports.ts';
import { PylonError } from '../../../protocol/errors.ts';
import { parseFailure } from '../../../protocol/failure.ts';
import { failing, held, returning, stage } from '../../support/provider-stage.ts';
import { ANNOUNCEMENT, eventually, newKeys } from '../../support/swarm.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const _now = () => Math.floor(Date.now() / 1_000);

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
