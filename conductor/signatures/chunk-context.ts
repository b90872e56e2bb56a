// Reads what surrounds a chunk from a job. It comes from the network: what does not fit the text is refused.
import { PylonError } from '../../protocol/errors.ts';
import type { ExtractorInput } from '../../protocol/signature.ts';
import { type ChunkContext, parseContext } from '../search/context.ts';

/** The context of an Extractor's job, `undefined` when it brings none. @throws PylonError `job-invalid` */
export function contextOfJob(input: ExtractorInput): ChunkContext | undefined {
  if (input.context === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(input.context);
  } catch (cause) {
    throw new PylonError('job-invalid', { reason: 'the context of the chunk is not JSON', cause });
  }
  const context = parseContext(value, input.text);
  if (!context) throw new PylonError('job-invalid', { reason: 'the context of the chunk does not fit its text' });
  return context;
}
