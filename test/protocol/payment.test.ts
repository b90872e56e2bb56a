import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { PylonError } from '../../protocol/errors.ts';
import { INVOICE_CHARS_MAX, INVOICE_JOBS_MAX, SEALED_PLAINTEXT_BYTES_64K } from '../../protocol/limits.ts';
import { msat } from '../../protocol/money.ts';
import {
  demandInTags,
  demandTag,
  encodeDemand,
  encodeInvoiceAnswer,
  encodeInvoiceRequest,
  type InvoiceRequest,
  invoiceRequestEvent,
  isInvoiceRequest,
  isJobId,
  type PaymentDemand,
  parseDemand,
  parseInvoiceAnswer,
  parseInvoiceRequest,
} from '../../protocol/payment.ts';
import { seededKeys } from '../support/keys.ts';

const [customer, provider] = seededKeys('customer', 'provider') as [
  ReturnType<typeof seededKeys>[0],
  ReturnType<typeof seededKeys>[0],
];
const visible = (maxLength: number) =>
  fc.string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength,
  });
const amountMsat = fc.integer({ min: 1, max: 1e9 }).map(msat);
const line = fc.record({ job: visible(60), amountMsat, final: fc.boolean() }, { noNullPrototype: true });
const request: fc.Arbitrary<InvoiceRequest> = fc
  .record({
    id: visible(64),
    expirySeconds: fc.integer({ min: 10, max: 86_400 }),
    lines: fc.uniqueArray(line, { minLength: 1, maxLength: 20, selector: ({ job }) => job }),
  })
  .map((parts) => ({ ...parts, amountMsat: msat(parts.lines.reduce((sum, { amountMsat }) => sum + amountMsat, 0)) }));
const invoice = fc.string({ minLength: 1, maxLength: 500 });
const demand: fc.Arbitrary<PaymentDemand> = fc.record({ amountMsat, invoice }, { requiredKeys: ['amountMsat'] });
const REQUEST_ID = 'ab'.repeat(32);

const EXAMPLE = {
  v: 1,
  type: 'invoice-request',
  id: 'payout-1',
  amount_msat: 300,
  expiry_s: 45,
  jobs: [
    { job: 'one', amount_msat: 100, final: false },
    { job: 'two', amount_msat: 200, final: true },
  ],
};
const refusal = (change: object) => {
  try {
    parseInvoiceRequest(JSON.stringify({ ...EXAMPLE, ...change }));
    return undefined;
  } catch (thrown) {
    return thrown as PylonError;
  }
};

t.test('every request, answer and demand reads back as it was written', async (t) => {
  const reads = <Made>(made: Made, read: Made | undefined) => isDeepStrictEqual({ ...made }, { ...read });
  fc.assert(fc.property(request, (made) => reads(made, parseInvoiceRequest(encodeInvoiceRequest(made)))));
  fc.assert(
    fc.property(visible(64), invoice, (id, text) => parseInvoiceAnswer(encodeInvoiceAnswer(id, text), id) === text),
  );
  fc.assert(fc.property(demand, (made) => reads(made, parseDemand(encodeDemand(REQUEST_ID, made), REQUEST_ID))));
  fc.assert(fc.property(demand, (made) => reads(made, demandInTags({ tags: [['e', 'x'], demandTag(made)] }))));
  t.pass('all of them');
});

t.test('a request that breaks one rule is refused, and the field is named', async (t) => {
  const [one, two] = EXAMPLE.jobs;
  const many = (jobs: number) =>
    Array.from({ length: jobs }, (_, at) => ({ ...one, job: `job ${at}`.replace(' ', '-') }));
  const cases: [what: string, change: object, value: RegExp][] = [
    ['another version', { v: 2 }, /^v$/],
    ['another type', { type: 'invoice' }, /type/],
    ['no id', { id: undefined }, /id/],
    ['an empty id', { id: '' }, /id/],
    ['a long id', { id: 'x'.repeat(65) }, /id/],
    ['an id with a space', { id: 'a b' }, /id/],
    ['an id with a line break', { id: 'a\n' }, /id/],
    ['an id beyond ASCII', { id: 'ä' }, /id/],
    ['no jobs', { jobs: [], amount_msat: 0 }, /amount_msat|jobs/],
    ['too many jobs', { jobs: many(INVOICE_JOBS_MAX + 1), amount_msat: 25_700 }, /jobs/],
    ['a job twice', { jobs: [one, { ...one, amount_msat: 200 }] }, /jobs/],
    ['a sum too low', { amount_msat: 299 }, /amount_msat/],
    ['a sum too high', { amount_msat: 301 }, /amount_msat/],
    [
      'a line of nothing',
      {
        jobs: [
          { ...one, amount_msat: 0 },
          { ...two, amount_msat: 300 },
        ],
      },
      /jobs\.0\.amount_msat/,
    ],
    [
      'a line below nothing',
      {
        jobs: [
          { ...one, amount_msat: -100 },
          { ...two, amount_msat: 400 },
        ],
      },
      /jobs\.0/,
    ],
    ['a part of a msat', { jobs: [{ ...one, amount_msat: 100.5 }, two] }, /jobs\.0/],
    ['an amount as text', { amount_msat: '300' }, /amount_msat/],
    ['an impossible amount', { amount_msat: 1e13, jobs: [{ ...one, amount_msat: 1e13 }] }, /amount_msat/],
    ['a job without an end', { jobs: [{ job: 'one', amount_msat: 300 }] }, /final/],
    ['no time', { expiry_s: undefined }, /expiry_s/],
    ['a moment', { expiry_s: 9 }, /expiry_s/],
    ['more than a day', { expiry_s: 86_401 }, /expiry_s/],
  ];
  for (const [what, change, value] of cases) {
    const error = refusal(change);
    t.match(error, { code: 'invoice-request-invalid', value }, what);
  }
  t.equal(refusal({}), undefined);
  t.equal(refusal({ jobs: many(INVOICE_JOBS_MAX), amount_msat: 25_600 }), undefined);
});

t.test('whatever stands in a seal, it is refused with a code or is what it should be', async (t) => {
  const hostile = fc.oneof(fc.string({ maxLength: 200 }), fc.json(), fc.constantFrom('null', '[]', '{"v":1}', '1e400'));
  const coded = (read: (body: string) => unknown) => (body: string) => {
    try {
      read(body);
      return true;
    } catch (thrown) {
      return thrown instanceof PylonError && thrown.code.startsWith('invoice-');
    }
  };
  fc.assert(fc.property(hostile, coded(parseInvoiceRequest)));
  fc.assert(
    fc.property(
      hostile,
      coded((body) => parseInvoiceAnswer(body, 'x')),
    ),
  );
  fc.assert(fc.property(hostile, (body) => parseDemand(body, REQUEST_ID) === undefined));
  t.throws(() => parseInvoiceRequest(`"${'x'.repeat(SEALED_PLAINTEXT_BYTES_64K)}"`), { message: /too long/ });
  t.pass('nothing else was thrown');
});

t.test('an answer for another payout, or longer than any invoice, is none', async (t) => {
  t.throws(() => parseInvoiceAnswer(encodeInvoiceAnswer('one', 'lnbc1'), 'two'), { code: 'invoice-invalid' });
  const long = encodeInvoiceAnswer('one', 'x'.repeat(INVOICE_CHARS_MAX + 1));
  t.throws(() => parseInvoiceAnswer(long, 'one'), { code: 'invoice-invalid' });
});

t.test('a demand for another request, or of an impossible amount, is none', async (t) => {
  t.equal(parseDemand(encodeDemand(REQUEST_ID, { amountMsat: msat(5) }), 'cd'.repeat(32)), undefined);
  for (const amount of ['', '0', '-5', '5.5', '1e3', '05', '99999999999999', 'five'])
    t.equal(demandInTags({ tags: [['amount', amount, 'lnbc1']] }), undefined, amount);
  t.equal(demandInTags({ tags: [['amount', '5', 'x'.repeat(INVOICE_CHARS_MAX + 1)]] }), undefined);
  t.equal(demandInTags({ tags: [['e', 'x']] }), undefined);
});

t.test('a request on the wire tells nobody what is paid for', async (t) => {
  const lines = [{ job: 'the-run', amountMsat: msat(777_777), final: true }];
  const body = encodeInvoiceRequest({ id: 'the-payout', amountMsat: msat(777_777), expirySeconds: 45, lines });
  const envelope = { provider: provider.publicKey, createdAt: 1_000, expiresAt: 1_015 };
  const event = customer.sign(invoiceRequestEvent(customer.sealFor(provider.publicKey, body), envelope));
  t.same(event.tags, [['p', provider.publicKey], ['status', 'invoice-request'], ['encrypted'], ['expiration', '1015']]);
  t.notMatch(JSON.stringify(event), /777777|the-run|the-payout/);
  t.ok(isInvoiceRequest(event));
  t.notOk(isInvoiceRequest({ ...event, kind: 1 }));
  t.notOk(isInvoiceRequest({ ...event, tags: [['status', 'processing']] }));
});

t.test('a job id that cannot be written in an invoice is known as such', async (t) => {
  t.ok(isJobId('01ARZ3NDEKTSV4RRFFQ69G5FAV'));
  for (const job of ['', 'a b', 'ä', '\ud800', 'x'.repeat(129)]) t.notOk(isJobId(job));
});
