// What goes over the API, as zod schemas: requests are checked with them, and openapi.json is made of them.
import { z } from 'zod';
import { runOptionsSchema } from '../settings/run-options.ts';

/** Most files, directories or globs of one request. */
const FILES_MAX = 1_000;
const PATH_CHARS_MAX = 4_096;
/** Most events of one answer: bounded memory whatever is asked. */
export const EVENTS_PER_PAGE_MAX = 5_000;

export const absolutePath = z.string().max(PATH_CHARS_MAX).startsWith('/', { error: 'must be an absolute path' });
const runId = z.string().min(1).max(26);
/** Rules of redaction by name (ledger/redact/rules.ts). */
export const redactSchema = z.string().min(1).max(256);
const wholeText = (max: number) => z.coerce.number().int().min(0).max(max);

export const runParamsSchema = z.object({ id: runId.describe('a run id, or a unique prefix of one') });

export const runRequestSchema = z.strictObject({
  query: z.string().max(1_000_000),
  files: z.array(absolutePath).max(FILES_MAX),
  /** Absolute path → the name to record for it. */
  display_names: z.record(z.string().max(PATH_CHARS_MAX), z.string().max(PATH_CHARS_MAX)).optional(),
  /** Folders that everything read must be in, links followed; anywhere when absent. */
  within: z.array(absolutePath).max(FILES_MAX).optional(),
  options: runOptionsSchema.default(() => runOptionsSchema.parse({})),
});

export const startedSchema = z.object({ run_id: runId });

export const eventsQuerySchema = z.object({
  from_seq: wholeText(Number.MAX_SAFE_INTEGER).default(0),
  limit: wholeText(EVENTS_PER_PAGE_MAX).default(1_000),
});

export const exportRequestSchema = z.strictObject({ folder: absolutePath.optional(), redact: redactSchema.optional() });
export const folderSchema = z.object({ folder: z.string() });
export const importRequestSchema = z.strictObject({ folder: absolutePath });
export const importedSchema = z.object({ run_id: runId, imported: z.boolean() });

export const errorSchema = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    value: z.string().optional(),
    reason: z.string(),
    next: z.string(),
  }),
});

/** Messages of a WebSocket client. */
export const liveRequestSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('auth'), token: z.string().max(256) }),
  z.strictObject({
    type: z.literal('subscribe'),
    run_id: runId,
    from_seq: z.number().int().min(0).default(0),
  }),
  z.strictObject({ type: z.literal('unsubscribe'), run_id: runId }),
  z.strictObject({ type: z.enum(['subscribe_runs', 'unsubscribe_runs']) }),
]);
export type LiveRequest = z.infer<typeof liveRequestSchema>;
