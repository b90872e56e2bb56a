// What a validator does: the work of another is done again with the backend of this one, both are compared, and the verdict is signed. It
// is served by the same provider loop as any work.
import { type Backend, type Clock, type Prediction, PredictionFailed } from '../../conductor/ports.ts';
import { agreeOutputs } from '../../conductor/verify/output-agreement.ts';
import {
  type AttestationBody,
  attest,
  requestHash,
  VALIDATOR,
  type ValidatorInput,
} from '../../protocol/attestation.ts';
import { canonicalHash } from '../../protocol/canonical.ts';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import { ATTESTATION_SECONDS } from '../../protocol/limits.ts';
import { type ChunkOutput, isRecords, RECORDS } from '../../protocol/records.ts';
import { ENGINE_NAME, EXTRACTOR, NO_USAGE, type Signature } from '../../protocol/signature.ts';

export interface ValidatorOptions {
  readonly keys: KeyPair;
  /** Does the work again. */
  readonly backend: Backend;
  readonly clock: Clock;
}

type Verdict = Pick<AttestationBody, 'verdict' | 'method'>;

/** @throws PylonError `job-unsupported` | `job-invalid`: this is not for a validator, or not for this one */
function readOutput({ answer, fields }: ValidatorInput, validator: string): ChunkOutput {
  if (answer.provider === validator)
    throw new PylonError('job-unsupported', { reason: 'a validator does not judge its own work' });
  const output = (fields === undefined ? EXTRACTOR : RECORDS).output.safeParse(answer.output);
  if (output.success) return output.data;
  const issue = output.error.issues[0];
  const reason = `the answer to judge breaks the schema: ${issue?.message}`;
  throw new PylonError('job-invalid', { value: issue?.path.join('.') ?? '', reason });
}

/** Invention needs no second reading. */
function isInvented(output: ChunkOutput, text: string): boolean {
  if (!isRecords(output)) return output.findings.some(({ quote }) => quote.trim() === '' || !text.includes(quote));
  const lines = text.split('\n');
  return output.records.some(({ line }) => (lines[line - 1] ?? '').trim() === '');
}

/** The engine says the same of the same input each time; a model says it in other words. */
function compare(theirs: ChunkOutput, ours: ChunkOutput, isSameEngine: boolean): Verdict {
  const holds = isSameEngine ? canonicalHash(theirs) === canonicalHash(ours) : agreeOutputs(theirs, ours).agrees;
  return { verdict: holds ? 'confirmed' : 'refuted', method: isSameEngine ? 'exact' : 'agreement' };
}

/** A backend that judges and does nothing else. `predict` throws PredictionFailed with what doing the work again cost. */
export function validatorBackend({ keys, backend, clock }: ValidatorOptions): Backend {
  const judge = async (input: ValidatorInput, signal: AbortSignal) => {
    const { answer, fields, ...asked } = input;
    const theirs = readOutput(input, keys.publicKey);
    let verdict: Verdict = { verdict: 'refuted', method: 'grounding' };
    let usage = NO_USAGE;
    let repairs = 0;
    if (!isInvented(theirs, asked.text)) {
      const again =
        fields === undefined
          ? await backend.predict(EXTRACTOR, asked, { signal })
          : await backend.predict(RECORDS, { ...asked, fields }, { signal });
      ({ usage, repairs } = again);
      verdict = compare(theirs, again.output, backend.name === ENGINE_NAME && answer.model === ENGINE_NAME);
    }
    const output = attest(
      {
        request_id: answer.request_id,
        request_hash: requestHash(asked, fields),
        result_hash: canonicalHash(answer.output),
        provider: answer.provider,
        ...verdict,
        expires_at: Math.floor(clock.now() / 1_000) + ATTESTATION_SECONDS,
      },
      keys,
    );
    return { output, usage, repairs };
  };
  return {
    name: backend.name,
    async predict<Input, Output>(
      signature: Signature<Input, Output>,
      input: Input,
      { signal }: { signal: AbortSignal },
    ): Promise<Prediction<Output>> {
      try {
        if (signature.signatureId !== VALIDATOR.signatureId)
          throw new PylonError('job-unsupported', { value: signature.signatureId, reason: 'a validator only judges' });
        return (await judge(VALIDATOR.input.parse(input), signal)) as unknown as Prediction<Output>;
      } catch (thrown) {
        if (thrown instanceof PredictionFailed) throw thrown;
        throw new PredictionFailed(toPylonError(thrown), NO_USAGE, 0);
      }
    },
  };
}
