// What the routes of exports take and answer, and where they are: shared by the server and by who calls it.
import { z } from 'zod';
import type { ExportRequest } from '../../ledger/export/exporter.ts';
import { FILE_FORMATS } from '../../ledger/export/file-formats.ts';
import { printRules, REDACTION_RULES } from '../../ledger/redact/rules.ts';
import { absolutePath, redactSchema } from './schemas.ts';

/** What a browser can be given; the open folder comes as one file, which `pylon rlm import` reads. */
const DOWNLOAD_FORMATS = ['folder', ...FILE_FORMATS] as const;

export const exportQuerySchema = z.object({
  format: z.enum(DOWNLOAD_FORMATS, { error: `must be one of ${DOWNLOAD_FORMATS.join(', ')}` }).default('folder'),
  redact: redactSchema.optional(),
});

const count = z.number().int().min(0);
const ruleSchema = z.enum(REDACTION_RULES);

export const exportPreviewSchema = z.object({
  runs: count,
  rules: z.array(ruleSchema),
  kept: z.array(ruleSchema),
  removed: z.array(z.object({ rule: ruleSchema, what: z.string(), count, chars: count })),
  chars: count,
});

export const importFileRequestSchema = z.strictObject({ file: absolutePath });
export const importedFileSchema = z.object({
  runs: z.array(z.object({ run_id: z.string(), imported: z.boolean() })),
});

/** Where a daemon has what is asked for. @param more `/preview` */
export function exportPath({ scope, format, rules }: ExportRequest, more = ''): string {
  const of =
    'run' in scope ? `runs/${encodeURIComponent(scope.run)}` : `experiments/${encodeURIComponent(scope.experiment)}`;
  const query = new URLSearchParams({ format, ...(rules === undefined ? {} : { redact: printRules(rules) }) });
  return `/api/${of}/export${more}?${query}`;
}
