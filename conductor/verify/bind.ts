// The first gate: is this the result of exactly this request, by exactly this provider? Everything a
// copier, replayer or misdirected relay could get wrong is compared before the output is looked at.
import { canonicalJson } from '../../protocol/canonical.ts';
import { PylonError } from '../../protocol/errors.ts';
import { sha256Hex } from '../../protocol/event.ts';
import type { JobRequest } from '../../protocol/job.ts';
import type { Signature } from '../../protocol/signature.ts';
import type { MarketReply } from '../ports.ts';

export interface BoundOutput<Output> {
  readonly output: Output;
  /** Canonical JSON of the output and its sha256: what the blob store keeps. */
  readonly canonical: string;
  readonly outputHash: string;
}

/** @throws PylonError `result-invalid`, naming what does not fit */
export function bind<Input, Output>(
  reply: MarketReply,
  request: JobRequest,
  provider: string,
  signature: Signature<Input, Output>,
): BoundOutput<Output> {
  const { result } = reply;
  const bindings: readonly (readonly [name: string, said: string, expected: string])[] = [
    ['request_id', result.request_id, reply.requestId],
    ['nonce', result.nonce, request.nonce],
    ['provider', result.provider, provider],
    ['signer', reply.provider, provider],
  ];
  for (const [name, said, expected] of bindings) {
    if (said !== expected)
      throw new PylonError('result-invalid', {
        value: said,
        reason: `the ${name} of the result is not that of the request`,
      });
  }
  const canonical = canonicalJson(result.output);
  if (canonical.length > request.maxOutputChars * 2) {
    throw new PylonError('result-invalid', {
      value: `${canonical.length} characters`,
      reason: 'the output is longer than asked for',
    });
  }
  const outputHash = sha256Hex(canonical);
  if (outputHash !== result.output_hash)
    throw new PylonError('result-invalid', { value: result.output_hash, reason: 'the output hash does not match' });
  const parsed = signature.output.safeParse(result.output);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new PylonError('result-invalid', {
      value: issue?.path.join('.') ?? '',
      reason: `the output breaks the schema: ${issue?.message ?? 'unknown'}`,
    });
  }
  return { output: parsed.data, canonical, outputHash };
}
