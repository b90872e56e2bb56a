// A payload as it is shown: text, whatever is in it, and no more than somebody can look at.
import { PylonError } from '../../protocol/errors.ts';
import { Answer } from './answer.ts';

/** What a run makes is far smaller (protocol/limits.ts), an exploration is split; what an import brought may be larger. */
const BYTES_MAX = 16_777_216;

/** @param hash its name. @throws PylonError `payload-unknown` where there is none, or one that is too large to be shown */
export function shownPayload(hash: string, bytes: Uint8Array | undefined): Answer {
  if (bytes === undefined) throw new PylonError('payload-unknown', { value: hash });
  if (bytes.byteLength > BYTES_MAX)
    throw new PylonError('payload-unknown', {
      value: hash,
      reason: `the payload has ${bytes.byteLength} bytes, which is more than is shown`,
      next: 'export the run and read it there',
    });
  return Answer.of(bytes, 'text/plain; charset=utf-8');
}
