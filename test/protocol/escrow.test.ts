import fc from 'fast-check';
import t from 'tap';
import {
  encodeEscrowDemand,
  encodeReveal,
  isReveal,
  parseEscrowDemand,
  parseReveal,
  revealEvent,
} from '../../protocol/escrow.ts';
import { sha256Hex } from '../../protocol/event.ts';
import { encodeJobBody, parseJobBody } from '../../protocol/job.ts';
import { INVOICE_CHARS_MAX } from '../../protocol/limits.ts';
import { msat } from '../../protocol/money.ts';
import { encodeDemand, isInvoiceRequest } from '../../protocol/payment.ts';
import { jobRequest } from '../support/swarm.ts';

const hex = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'));
const hashOf = (preimage: string) => sha256Hex(Buffer.from(preimage, 'hex'));
const REQUEST = 'ab'.repeat(32);
const OTHER = 'cd'.repeat(32);

t.test('a hold invoice and a preimage come back as they were written, for their own request only', async (t) => {
  const property = fc.property(hex, hex, fc.string({ minLength: 1, maxLength: 500 }), (request, preimage, invoice) => {
    const demand = encodeEscrowDemand(request, invoice);
    const reveal = encodeReveal(request, preimage);
    return (
      parseEscrowDemand(demand, request) === invoice &&
      parseEscrowDemand(demand, OTHER) === undefined &&
      parseReveal(reveal, request, hashOf(preimage)) === preimage
    );
  });
  t.doesNotThrow(() => fc.assert(property));
});

t.test('a preimage that is not that of the hash, or is for another request, reveals nothing', async (t) => {
  const [preimage, other] = ['11'.repeat(32), '22'.repeat(32)];
  const refused = (body: string, hash = hashOf(preimage)) =>
    t.throws(() => parseReveal(body, REQUEST, hash), { code: 'payment-proof-invalid' }, body.slice(0, 80));
  refused(encodeReveal(REQUEST, other));
  refused(encodeReveal(OTHER, preimage));
  refused(encodeReveal(REQUEST, preimage), hashOf(other));
  refused(encodeReveal(REQUEST, preimage.toUpperCase().replaceAll('1', 'A')));
  refused(encodeReveal(REQUEST, `${preimage}00`));
  for (const body of ['', '{}', 'null', '[]', 'no json', JSON.stringify({ preimage }), 'x'.repeat(1_000_000)])
    refused(body);
});

t.test('whatever else stands in a demand, it is no escrow', async (t) => {
  const demand = encodeDemand(REQUEST, { amountMsat: msat(5), invoice: 'lnbcrt1' });
  t.equal(parseEscrowDemand(demand, REQUEST), undefined, 'a debt is paid before, not into escrow');
  const property = fc.property(fc.string(), (body) => parseEscrowDemand(body, REQUEST) === undefined);
  t.doesNotThrow(() => fc.assert(property));
  const tooLong = encodeEscrowDemand(REQUEST, 'x'.repeat(INVOICE_CHARS_MAX + 1));
  t.equal(parseEscrowDemand(tooLong, REQUEST), undefined);
});

t.test('a reveal is sealed, names its request and its provider, and is no other feedback', async (t) => {
  const times = { createdAt: 5, expiresAt: 65 };
  const template = revealEvent('sealed', { provider: OTHER, requestId: REQUEST, ...times });
  const event = { ...template, id: '', pubkey: '', sig: '' };
  t.ok(isReveal(event));
  t.notOk(isInvoiceRequest(event));
  t.match(template, { kind: 7000, created_at: 5, content: 'sealed' });
  t.strictSame(
    ['p', 'e', 'encrypted', 'expiration'].map((name) => template.tags.find(([tag]) => tag === name)),
    [['p', OTHER], ['e', REQUEST], ['encrypted'], ['expiration', '65']],
  );
  t.notOk(isReveal({ ...event, kind: 1 }));
});

t.test('a job names the hash of its escrow, or none; anything else is no job', async (t) => {
  const escrow = 'ef'.repeat(32);
  t.equal(parseJobBody(encodeJobBody(jobRequest('text', { escrow }))).escrow, escrow);
  t.notOk('escrow' in parseJobBody(encodeJobBody(jobRequest('text'))));
  for (const bad of ['', 'ef', escrow.toUpperCase(), `${escrow}00`])
    t.throws(() => parseJobBody(encodeJobBody(jobRequest('text', { escrow: bad }))), { code: 'job-invalid' });
});
