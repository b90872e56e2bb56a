import fc from 'fast-check';
import t from 'tap';
import { bind } from '../../../conductor/verify/bind.ts';
import { canonicalHash } from '../../../protocol/canonical.ts';
import type { JobRequest } from '../../../protocol/job.ts';
import { ZERO_MSAT } from '../../../protocol/money.ts';
import { EXTRACTOR, NO_USAGE } from '../../../protocol/signature.ts';

const PROVIDER = 'a'.repeat(64);
const REQUEST: JobRequest = {
  job: 'j',
  chunk: 0,
  attempt: 0,
  nonce: '1'.repeat(32),
  signature: EXTRACTOR.signatureId,
  text: 'text',
  query: 'query',
  span: '{}',
  maxOutputChars: 500,
};
const OUTPUT = { findings: [{ quote: 'text', score: 1 }] };

function replyWith(change: Record<string, unknown> = {}, signer = PROVIDER) {
  const requestId = 'e'.repeat(64);
  const bound = { v: 1 as const, request_id: requestId, nonce: REQUEST.nonce, provider: PROVIDER };
  const result = {
    ...bound,
    output: OUTPUT as unknown,
    output_hash: canonicalHash(OUTPUT),
    usage: NO_USAGE,
    model: 'm',
    ...change,
  };
  return { requestId, provider: signer, result, amountMsat: ZERO_MSAT };
}

t.test('an untouched result passes, whatever the order of its keys', async (t) => {
  const turned = { findings: [{ score: 1, quote: 'text' }] };
  for (const output of [OUTPUT, turned])
    t.same(bind(replyWith({ output }), REQUEST, PROVIDER, EXTRACTOR).output, OUTPUT);
});

t.test('a copied, replayed, re-addressed or altered result is refused', async (t) => {
  const other = { findings: [{ quote: 'other', score: 1 }] };
  const faults: readonly (readonly [string, ReturnType<typeof replyWith>])[] = [
    ['another request', replyWith({ request_id: 'f'.repeat(64) })],
    ['another nonce', replyWith({ nonce: '2'.repeat(32) })],
    ['another provider inside', replyWith({ provider: 'b'.repeat(64) })],
    ['another signer', replyWith({}, 'b'.repeat(64))],
    ['an altered output', replyWith({ output: other })],
    [
      'an output that breaks the schema',
      replyWith({ output: { findings: 'none' }, output_hash: canonicalHash({ findings: 'none' }) }),
    ],
  ];
  for (const [name, reply] of faults)
    t.throws(() => bind(reply, REQUEST, PROVIDER, EXTRACTOR), { code: 'result-invalid' }, name);
});

t.test('an output longer than asked for is refused', async (t) => {
  const output = { findings: [{ quote: 'x'.repeat(2_000), score: 1 }] };
  t.throws(() => bind(replyWith({ output, output_hash: canonicalHash(output) }), REQUEST, PROVIDER, EXTRACTOR), {
    code: 'result-invalid',
  });
});

t.test('any JSON as output is either schema-true or refused with a code', async () => {
  fc.assert(
    fc.property(fc.jsonValue(), (output) => {
      try {
        bind(replyWith({ output, output_hash: canonicalHash(output) }), REQUEST, PROVIDER, EXTRACTOR);
      } catch (thrown) {
        return (thrown as { code?: string }).code === 'result-invalid';
      }
      return EXTRACTOR.output.safeParse(output).success;
    }),
  );
});
