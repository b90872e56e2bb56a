// A validator: does the work again, says what came of it under its own name, and judges nothing of its own.
import t from 'tap';
import type { Backend } from '../../../conductor/ports.ts';
import { extractiveBackend } from '../../../node/backends/extractive.ts';
import { validatorBackend } from '../../../node/swarm/validator.ts';
import { requestHash, VALIDATOR, type ValidatorInput } from '../../../protocol/attestation.ts';
import { isSigned } from '../../../protocol/attestation-signature.ts';
import { canonicalHash } from '../../../protocol/canonical.ts';
import { type FieldSpec, RECORDS, type RecordsOutput } from '../../../protocol/records.ts';
import { EXTRACTOR, type ExtractorOutput } from '../../../protocol/signature.ts';
import { seededKeys } from '../../support/keys.ts';
import { quotingBackend } from '../../support/swarm.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const [validator, provider] = seededKeys('validator', 'provider');
const ASKED = {
  query: 'Which disk is full?',
  text: 'all is well\nthe disk of alpha9 is full\nall is well again\n',
  max_output_chars: 4_096,
};
const signal = new AbortController().signal;
const clock = new VirtualClock(1_700_000_000_000);
const REQUEST_ID = 'ab'.repeat(32);

function judge(output: unknown, { backend = extractiveBackend(), model = 'extractive', by = provider! } = {}) {
  const judged = { provider: by.publicKey, request_id: REQUEST_ID, model, output };
  const input: ValidatorInput = { ...ASKED, answer: judged };
  return validatorBackend({ keys: validator!, backend, clock }).predict(VALIDATOR, input, { signal });
}

async function honest(): Promise<ExtractorOutput> {
  return (await extractiveBackend().predict(EXTRACTOR, ASKED, { signal })).output;
}

t.test('honest work of the engine is confirmed, exactly, with a signature that holds', async (t) => {
  const output = await honest();
  const { output: said } = await judge(output);
  t.match(said, {
    request_id: REQUEST_ID,
    request_hash: requestHash(ASKED),
    result_hash: canonicalHash(output),
    provider: provider!.publicKey,
    validator: validator!.publicKey,
    verdict: 'confirmed',
    method: 'exact',
  });
  t.ok(said.expires_at > 1_700_000_000);
  t.ok(isSigned(said));
});

t.test('what the engine would not have said is refuted: less, more, other, another order of worth', async (t) => {
  const { findings } = await honest();
  t.ok(findings.length > 0);
  const lies: ExtractorOutput[] = [
    { findings: [] },
    { findings: [...findings, { quote: 'all is well again', score: 99 }] },
    { findings: [{ quote: 'all is well', score: 5, line: 1 }] },
    { findings: findings.map((finding) => ({ ...finding, score: finding.score + 1 })) },
  ];
  for (const lie of lies) t.match((await judge(lie)).output, { verdict: 'refuted', method: 'exact' });
});

t.test('an invented quote is refuted without doing the work again', async (t) => {
  const never: Backend = { ...quotingBackend(), predict: () => t.fail('asked') as never };
  const { output } = await judge({ findings: [{ quote: 'the disk of beta1 is full', score: 1 }] }, { backend: never });
  t.match(output, { verdict: 'refuted', method: 'grounding' });
  t.ok(isSigned(output));
});

t.test('the work of a model is compared with that of our own backend by the gates of agreement', async (t) => {
  const backend = quotingBackend();
  const { output } = await judge(
    { findings: [{ quote: 'all is well', score: 1, line: 1 }] },
    { backend, model: 'openai:x' },
  );
  t.match(output, { verdict: 'confirmed', method: 'agreement' });
  const other = await judge(
    { findings: [{ quote: 'the disk of alpha9 is full', score: 1 }] },
    { backend, model: 'openai:x' },
  );
  t.match(other.output, { verdict: 'refuted', method: 'agreement' });
});

t.test('a validator judges neither its own work nor what is no answer, and does no other work', async (t) => {
  await t.rejects(judge(await honest(), { by: validator! }), { code: 'job-unsupported', message: /own work/ });
  await t.rejects(judge({ findings: 'none' }), { code: 'job-invalid', message: /breaks the schema/ });
  const backend = validatorBackend({ keys: validator!, backend: extractiveBackend(), clock });
  await t.rejects(backend.predict(EXTRACTOR, ASKED, { signal }), { code: 'job-unsupported', message: /only judges/ });
});

t.test(
  'records are judged as what they are: exactly by the engine, line by line by a model, and none of a line that is not there',
  async (t) => {
    const fields: FieldSpec[] = [{ name: 'state', type: 'string', values: ['well', 'full'] }];
    const asked = { ...ASKED, text: `${ASKED.text}${'all is well\n'.repeat(7)}` };
    const { output } = await extractiveBackend().predict(RECORDS, { ...asked, fields }, { signal });
    const judging = async (said: RecordsOutput, backend: Backend, model: string) => {
      const answer = { provider: provider!.publicKey, request_id: REQUEST_ID, model, output: said };
      const validating = validatorBackend({ keys: validator!, backend, clock });
      return (await validating.predict(VALIDATOR, { ...asked, fields, answer }, { signal })).output;
    };
    const honest = await judging(output, extractiveBackend(), 'extractive');
    t.match(honest, { verdict: 'confirmed', method: 'exact', request_hash: requestHash(asked, fields) });
    const slip = { records: [{ line: 1, fields: { state: 'full' } }, ...output.records.slice(1)] };
    t.match(await judging(slip, extractiveBackend(), 'extractive'), { verdict: 'refuted', method: 'exact' });
    const reader: Backend = { name: 'openai:m', predict: extractiveBackend().predict };
    t.match(await judging(slip, reader, 'openai:m'), { verdict: 'confirmed', method: 'agreement' });
    const lie = { records: output.records.map(({ line }) => ({ line, fields: { state: 'full' } })) };
    t.match(await judging(lie, reader, 'openai:m'), { verdict: 'refuted', method: 'agreement' });
    const invented = { records: [...output.records, { line: 99, fields: { state: 'well' } }] };
    t.match(await judging(invented, reader, 'openai:m'), { verdict: 'refuted', method: 'grounding' });
    await t.rejects(judging({ findings: [] } as never, reader, 'openai:m'), { code: 'job-invalid' });
  },
);
