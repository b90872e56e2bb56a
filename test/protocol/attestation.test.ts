// An attestation reads back as it was signed, and a hash of the request tells every part of it apart.
import fc from 'fast-check';
import t from 'tap';
import {
  ATTESTATION_METHODS,
  ATTESTED_VERDICTS,
  type Attestation,
  attest,
  attestationSchema,
  requestHash,
} from '../../protocol/attestation.ts';
import { isSigned } from '../../protocol/attestation-signature.ts';
import { seededKeys } from '../support/keys.ts';

const [validator, other] = seededKeys('validator', 'other');

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'));
const said = fc.record({
  request_id: hash,
  request_hash: hash,
  result_hash: hash,
  provider: hash,
  verdict: fc.constantFrom(...ATTESTED_VERDICTS),
  method: fc.constantFrom(...ATTESTATION_METHODS),
  expires_at: fc.nat(),
});

t.test('an attestation survives the wire, and holds only as it was signed', async (t) => {
  fc.assert(
    fc.property(said, hash, (body, forged) => {
      const attestation = attest(body, validator!);
      const read = attestationSchema.parse(JSON.parse(JSON.stringify(attestation)));
      t.same(read, attestation);
      t.ok(isSigned(read));
      const changed: Partial<Attestation>[] = [
        { request_id: forged },
        { request_hash: forged },
        { result_hash: forged },
        { provider: forged },
        { validator: other!.publicKey },
        { verdict: body.verdict === 'confirmed' ? 'refuted' : 'confirmed' },
        { method: body.method === 'exact' ? 'agreement' : 'exact' },
        { expires_at: body.expires_at + 1 },
      ];
      for (const change of changed) t.notOk(isSigned({ ...read, ...change }), JSON.stringify(change));
    }),
    { numRuns: 30 },
  );
});

t.test('the word of another key is not that of the validator named', async (t) => {
  fc.assert(
    fc.property(said, (body) => {
      const theirs = attest(body, other!);
      t.notOk(isSigned({ ...theirs, validator: validator!.publicKey }));
    }),
    { numRuns: 10 },
  );
});

t.test('what is malformed is no attestation', async (t) => {
  const good = attest(fc.sample(said, { numRuns: 1, seed: 1 })[0]!, validator!);
  for (const change of [
    { v: 2 },
    { verdict: 'maybe' },
    { method: 'magic' },
    { sig: good.sig.slice(2) },
    { provider: good.provider.toUpperCase() },
    { expires_at: -1 },
    { expires_at: 1.5 },
    { note: 'and more' },
    { request_id: undefined },
  ])
    t.notOk(attestationSchema.safeParse({ ...good, ...change }).success, JSON.stringify(change));
});

t.test('two requests that differ anywhere have different hashes', async (t) => {
  const input = { query: 'q', text: 'a', max_output_chars: 100 };
  const hashes = [
    requestHash(input),
    requestHash({ ...input, query: 'r' }),
    requestHash({ ...input, text: 'b' }),
    requestHash({ ...input, max_output_chars: 101 }),
    requestHash({ ...input, terms: 'a' }),
    requestHash({ ...input, context: 'a' }),
    requestHash({ ...input, terms: '' }),
    requestHash(input, [{ name: 'label', type: 'string' }]),
    requestHash(input, [{ name: 'label', type: 'number' }]),
  ];
  t.equal(new Set(hashes).size, hashes.length);
});
