// How a run was asked for, as it is kept beside its trace until nothing can resume it: the trace has the names that the user
// wrote, and this the places they stood for.
import { z } from 'zod';
import { PylonError } from '../../protocol/errors.ts';
import { runOptionsSchema } from '../settings/run-options.ts';
import type { RunRequest } from './port.ts';

const keptRequestSchema = z.object({
  query: z.string(),
  files: z.array(z.string()),
  display_names: z.record(z.string(), z.string()),
  within: z.array(z.string()).optional(),
  options: runOptionsSchema,
});

export function keepable(request: RunRequest): z.input<typeof keptRequestSchema> {
  const { query, files, displayNames = {}, within, options } = request;
  const bounds = within === undefined ? {} : { within: [...within] };
  return { query, files: [...files], display_names: { ...displayNames }, ...bounds, options };
}

/** @throws PylonError `run-not-resumable` when it was kept by a Pylon that knows other options */
export function keptRequest(runId: string, kept: unknown): RunRequest {
  const parsed = keptRequestSchema.safeParse(kept);
  if (!parsed.success)
    throw new PylonError('run-not-resumable', {
      value: runId,
      reason: 'it was asked for in a way that this Pylon does not know',
      next: 'resume it with the Pylon that began it, or ask again',
    });
  const { query, files, display_names: displayNames, within, options } = parsed.data;
  return { query, files, displayNames, ...(within === undefined ? {} : { within }), options };
}
