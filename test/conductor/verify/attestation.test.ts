// The attestation gate: forged, replayed, expired, mismatched or partial words are refused, each with its reason.
import fc from 'fast-check';
import t from 'tap';
import { type AttestedAnswer, checkAttestation, mayJudge } from '../../../conductor/verify/attestation.ts';
import { attest } from '../../../protocol/attestation.ts';
import { seededKeys } from '../../support/keys.ts';

const [validator, provider, stranger] = seededKeys('validator', 'provider', 'stranger');
const NOW = 1_700_000_000;
const hashOf = (digit: string) => digit.repeat(64);

const ANSWER: AttestedAnswer = {
  requestId: hashOf('1'),
  requestHash: hashOf('2'),
  resultHash: hashOf('3'),
  provider: { provider: provider!.publicKey },
  validator: { provider: validator!.publicKey },
};

const SAID = {
  request_id: ANSWER.requestId,
  request_hash: ANSWER.requestHash,
  result_hash: ANSWER.resultHash,
  provider: provider!.publicKey,
  verdict: 'confirmed' as const,
  method: 'exact' as const,
  expires_at: NOW + 60,
};

t.test('a good attestation says what the validator says', async (t) => {
  t.equal(checkAttestation(attest(SAID, validator!), ANSWER, NOW), 'confirmed');
  t.equal(checkAttestation(attest({ ...SAID, verdict: 'refuted' }, validator!), ANSWER, NOW), 'refuted');
});

t.test('an attestation of another request, result, provider or validator is refused', async (t) => {
  const refused = (change: object, message: RegExp) =>
    t.throws(() => checkAttestation(attest({ ...SAID, ...change }, validator!), ANSWER, NOW), {
      code: 'attestation-invalid',
      message,
    });
  refused({ request_id: hashOf('a') }, /request id of the attestation is not that of the answer/);
  refused({ request_hash: hashOf('a') }, /request hash/);
  refused({ result_hash: hashOf('a') }, /result hash/);
  refused({ provider: stranger!.publicKey }, /provider of the attestation/);
  const theirs = attest(SAID, stranger!);
  t.throws(() => checkAttestation(theirs, ANSWER, NOW), { message: /validator of the attestation/ });
});

t.test('an attestation counts until it expires, and no moment longer', async (t) => {
  const attestation = attest(SAID, validator!);
  t.equal(checkAttestation(attestation, ANSWER, NOW + 59), 'confirmed');
  t.throws(() => checkAttestation(attestation, ANSWER, NOW + 60), { message: /has expired/ });
});

t.test('a forged signature is refused, whatever else fits', async (t) => {
  const good = attest(SAID, validator!);
  const forgeries = [
    { ...attest(SAID, stranger!), validator: validator!.publicKey },
    { ...attest({ ...SAID, verdict: 'refuted' }, validator!), verdict: 'confirmed' as const },
    { ...attest({ ...SAID, expires_at: 1 }, validator!), expires_at: NOW + 60 },
    { ...attest({ ...SAID, result_hash: hashOf('4') }, validator!), result_hash: ANSWER.resultHash },
    { ...good, sig: `${ANSWER.resultHash.slice(0, 8)}${good.sig.slice(8)}` },
    { ...good, sig: ANSWER.resultHash.repeat(2) },
  ];
  for (const forged of forgeries)
    t.throws(() => checkAttestation(forged, ANSWER, NOW), { message: /signature is not that of the validator/ });
  fc.assert(
    fc.property(fc.nat(63), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const sig = Buffer.from(good.sig, 'hex');
      sig[at]! ^= flip;
      t.throws(() => checkAttestation({ ...good, sig: sig.toString('hex') }, ANSWER, NOW), /signature/);
    }),
    { numRuns: 50 },
  );
});

t.test('nobody judges his own work, nor that of his operator', async (t) => {
  const operator = stranger!.publicKey;
  const [judge, worker] = [{ provider: validator!.publicKey }, { provider: provider!.publicKey }];
  t.ok(mayJudge(judge, worker));
  t.notOk(mayJudge(judge, judge));
  t.notOk(mayJudge({ ...judge, operator }, judge), 'also where it names an operator but once');
  t.notOk(mayJudge({ ...judge, operator }, { ...worker, operator }));
  t.notOk(mayJudge(judge, { ...worker, operator: judge.provider }), 'the validator runs the provider');
  t.notOk(mayJudge({ ...judge, operator: worker.provider }, worker), 'the provider runs the validator');
  const partial = { ...ANSWER, validator: { ...judge, operator }, provider: { ...worker, operator } };
  t.throws(() => checkAttestation(attest(SAID, validator!), partial, NOW), { message: /itself, or of its operator/ });
});
