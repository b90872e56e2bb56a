// What a provider says went wrong, together with what the attempt cost: a failed job's model calls are counted
// like any others.
import { PredictionFailed } from '../../conductor/ports.ts';
import type { PylonError } from '../../protocol/errors.ts';
import { tagValue, type VerifiedEvent } from '../../protocol/event.ts';
import { parseFailure } from '../../protocol/failure.ts';
import { errorOfFeedback } from '../../protocol/job.ts';
import type { KeyPair } from '../../protocol/keypair.ts';
import type { Usage } from '../../protocol/signature.ts';

/** The cost inside the seal, when it is told and can be read. */
function costOf(event: VerifiedEvent, keys: KeyPair): Usage | undefined {
  const requestId = tagValue(event, 'e');
  if (event.content === '' || requestId === undefined) return undefined;
  const isSealed = event.tags.some(([name]) => name === 'encrypted');
  return parseFailure(isSealed ? keys.openFrom(event.pubkey, event.content) : event.content, requestId);
}

/**
 * The error of an `error` feedback: `"<code>: <words>"`, with what the attempt cost where the provider tells it.
 * @throws PylonError `seal-invalid` when the content is sealed but does not open
 */
export function providerError(event: VerifiedEvent, extra: string, keys: KeyPair): PylonError {
  const error = errorOfFeedback(extra);
  const usage = costOf(event, keys);
  return usage === undefined ? error : new PredictionFailed(error, usage, 0);
}
