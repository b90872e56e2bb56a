// The chunk job on the wire: everything we write reads back, and hostile bodies are refused with a coded error.
import fc from 'fast-check';
import t from 'tap';
import { canonicalHash } from '../../protocol/canonical.ts';
import {
  bidOf,
  encodeCancel,
  encodeJobBody,
  encodeJobRequest,
  encodeJobResult,
  type JobRequest,
  parseJobBody,
  parseJobResult,
} from '../../protocol/job.ts';
import { CHUNKS_MAX, OUTPUT_CHARS_MAX, QUERY_CHARS_MAX, RECORD_FIELDS_CHARS_MAX } from '../../protocol/limits.ts';
import { msat } from '../../protocol/money.ts';
import { NO_USAGE } from '../../protocol/signature.ts';
import { seededKeys } from '../support/keys.ts';

const [customer, provider] = seededKeys('customer', 'provider');
const hexText = (chars: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: chars, maxLength: chars });
const words = (maxLength: number) => fc.string({ unit: 'grapheme', minLength: 1, maxLength });
const request: fc.Arbitrary<JobRequest> = fc.record(
  {
    job: words(40),
    chunk: fc.integer({ min: 0, max: CHUNKS_MAX - 1 }),
    attempt: fc.integer({ min: 0, max: 1_000 }),
    nonce: hexText(32),
    signature: words(40),
    text: fc.string({ unit: 'binary', minLength: 1, maxLength: 2_000 }),
    query: words(200),
    span: fc.json({ maxDepth: 1 }).filter((text) => text.length < 1_024),
    terms: fc.json({ maxDepth: 1 }).filter((text) => text.length < 4_096),
    context: fc.json({ maxDepth: 1 }).filter((text) => text.length < 4_096),
    maxOutputChars: fc.integer({ min: 64, max: OUTPUT_CHARS_MAX }),
    model: words(40),
    fields: fc.json({ maxDepth: 1 }).filter((text) => text.length < 4_096),
  },
  {
    requiredKeys: ['job', 'chunk', 'attempt', 'nonce', 'signature', 'text', 'query', 'span', 'maxOutputChars'],
    noNullPrototype: true,
  },
);
const EXAMPLE: JobRequest = {
  job: 'run:0',
  chunk: 3,
  attempt: 0,
  nonce: 'ab'.repeat(16),
  signature: '@pylon/rlm/Extractor.v1',
  text: 'line one\nline two',
  query: 'why?',
  span: '{}',
  maxOutputChars: 12_000,
};

t.test('a job body reads back as it was written', async (t) => {
  fc.assert(
    fc.property(request, (request) => {
      t.same(parseJobBody(encodeJobBody(request)), request);
    }),
    { numRuns: 200 },
  );
});

/** The example's body with one tag replaced, added or removed. */
function bodyWith(change: (tags: string[][]) => unknown): string {
  const tags = JSON.parse(encodeJobBody(EXAMPLE)) as string[][];
  return JSON.stringify(change(tags) ?? tags);
}
const param = (name: string, value: string) => (tags: string[][]) =>
  tags.map((tag) => (tag[1] === name ? ['param', name, value] : tag));

t.test('hostile job bodies are refused, naming what is wrong', async (t) => {
  const refused: [why: string, body: string][] = [
    ['not JSON', '{'],
    ['no list', '{}'],
    ['a list of texts', '["i"]'],
    ['a number in a tag', '[["i",1]]'],
    ['an empty tag', bodyWith((tags) => [[], ...tags])],
    ['too many tags', bodyWith((tags) => [...Array.from({ length: 64 }, () => ['x']), ...tags])],
    ['a tag too long', bodyWith((tags) => [['x', '', '', '', '', '', ''], ...tags])],
    ['another version', bodyWith(param('v', '2'))],
    ['no text', bodyWith((tags) => tags.slice(1))],
    [
      'an empty query',
      bodyWith((tags) => tags.map((tag) => (tag[4] === 'query' ? ['i', '', 'text', '', 'query'] : tag))),
    ],
    ['a query too long', encodeJobBody({ ...EXAMPLE, query: 'x'.repeat(QUERY_CHARS_MAX + 1) })],
    ['a nonce too short', bodyWith(param('nonce', 'ab'))],
    ['a nonce in capitals', bodyWith(param('nonce', 'AB'.repeat(16)))],
    ...['', '-1', '1.5', '1e3', ' 5', '0x10', '01', 'NaN', '9'.repeat(20)].map((text): [string, string] => [
      `chunk ${JSON.stringify(text)}`,
      bodyWith(param('chunk', text)),
    ]),
    ['output without bound', bodyWith(param('max_output_chars', '99999999'))],
    ['no room for output', bodyWith(param('max_output_chars', '0'))],
    ['fields too long', encodeJobBody({ ...EXAMPLE, fields: 'x'.repeat(RECORD_FIELDS_CHARS_MAX + 1) })],
    ['terms too long', encodeJobBody({ ...EXAMPLE, terms: 'x'.repeat(10_000) })],
  ];
  for (const [why, body] of refused) t.throws(() => parseJobBody(body), { code: 'job-invalid' }, why);
});

t.test('the first of each parameter counts, and unknown or prototype names change nothing', async (t) => {
  const twice = bodyWith((tags) => [...tags, ['param', 'chunk', '7'], ['i', 'second', 'text', '', 'chunk']]);
  t.same(parseJobBody(twice), EXAMPLE);
  const odd = bodyWith((tags) => [
    ['param', '__proto__', 'x'],
    ['param', 'constructor', 'x'],
    ['param', 'later', '1'],
    ...tags,
  ]);
  t.same(parseJobBody(odd), EXAMPLE);
});

t.test('no JSON value makes a parser throw anything but its coded error', async (t) => {
  const parsers: [(body: string) => unknown, string][] = [
    [parseJobBody, 'job-invalid'],
    [parseJobResult, 'result-invalid'],
  ];
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (body) => {
      for (const [parse, code] of parsers) t.throws(() => parse(body), { code });
    }),
  );
});

t.test('the request event tells the relay only what it must', async (t) => {
  const sealed = customer!.sealFor(provider!.publicKey, encodeJobBody(EXAMPLE));
  const event = customer!.sign(
    encodeJobRequest(sealed, {
      provider: provider!.publicKey,
      bidMsat: msat(1_234),
      relays: ['ws://127.0.0.1:7777'],
      createdAt: 1_700_000_000,
      expiresAt: 1_700_000_120,
    }),
  );
  t.equal(event.kind, 5940);
  t.equal(bidOf(event), 1_234);
  t.same(
    event.tags.map((tag) => tag[0]),
    ['p', 'encrypted', 'expiration', 'bid', 'relays', 'output', 'alt'],
  );
  const wire = JSON.stringify(event);
  for (const secret of [EXAMPLE.text, 'line one', EXAMPLE.query, EXAMPLE.nonce, EXAMPLE.job, EXAMPLE.signature])
    t.notOk(wire.includes(JSON.stringify(secret).slice(1, -1)), secret);
  t.same(parseJobBody(provider!.openFrom(customer!.publicKey, event.content)), EXAMPLE);
});

t.test('a bid is a whole number of msat or none', async (t) => {
  const bid = (text: string) => bidOf({ kind: 5940, created_at: 1, tags: [['bid', text]], content: '' });
  t.equal(bid('0'), 0);
  for (const text of ['', '-1', '1.5', '1e3', '9'.repeat(16), 'free']) t.equal(bid(text), undefined, text);
  t.equal(bidOf({ kind: 5940, created_at: 1, tags: [], content: '' }), undefined);
});

t.test('a result reads back, and one that breaks its schema is refused', async (t) => {
  const output = { findings: [{ quote: 'line one', score: 1 }] };
  const result = {
    v: 1 as const,
    request_id: 'a'.repeat(64),
    nonce: EXAMPLE.nonce,
    provider: provider!.publicKey,
    output,
    output_hash: canonicalHash(output),
    usage: NO_USAGE,
    model: 'extractive',
  };
  t.same(parseJobResult(JSON.stringify(result)), result);
  const broken: object[] = [
    { v: 2 },
    { request_id: 'a' },
    { nonce: 5 },
    { usage: { calls: -1, input_tokens: 0, output_tokens: 0 } },
    { usage: { calls: 1.5, input_tokens: 0, output_tokens: 0 } },
    { usage: { calls: 1e300, input_tokens: 0, output_tokens: 0 } },
    { model: 'x'.repeat(300) },
    { output_hash: '' },
  ];
  for (const change of broken)
    t.throws(
      () => parseJobResult(JSON.stringify({ ...result, ...change })),
      { code: 'result-invalid' },
      JSON.stringify(change),
    );
});

t.test('result and cancel events bind to the request they answer', async (t) => {
  const request = customer!.sign({ kind: 5940, created_at: 1, tags: [['p', provider!.publicKey]], content: 'x' });
  const result = encodeJobResult('sealed', request, msat(26), 5, 10);
  t.equal(result.kind, 6940);
  t.same(result.tags.slice(0, 4), [['e', request.id], ['p', customer!.publicKey], ['encrypted'], ['amount', '26']]);
  const cancel = encodeCancel([request.id], 6);
  t.equal(cancel.kind, 5);
  t.same(cancel.tags, [
    ['e', request.id],
    ['k', '5940'],
  ]);
});
