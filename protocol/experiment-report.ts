// Experiments as they are told: groups of runs of one name. Snake case, times ISO 8601 in UTC.
import { z } from 'zod';
import { experimentNameSchema, noteSchema } from './annotation.ts';
import { comparisonSchema } from './comparison.ts';
import { runRecordSchema } from './run.ts';

/** Experiments of one list, and runs of one experiment that are shown and compared: the newest. */
export const EXPERIMENTS_MAX = 1_000;
export const EXPERIMENT_RUNS_MAX = 1_000;

const count = z.number().int().min(0);

export const experimentReportSchema = z.object({
  name: z.string(),
  runs: count,
  statuses: z.object({ running: count, done: count, partial: count, failed: count }),
  methods: z.array(z.string()),
  cost_sats: z.number(),
  note: z.string().nullable(),
  /** Its first run, or its note where that is older; and what came last. */
  created_at: z.string(),
  updated_at: z.string(),
});
export type ExperimentReport = z.infer<typeof experimentReportSchema>;

export const experimentListSchema = z.object({
  /** What changed last comes first. */
  experiments: z.array(experimentReportSchema),
  /** With those beyond EXPERIMENTS_MAX. */
  total: count,
});
export type ExperimentList = z.infer<typeof experimentListSchema>;

export const experimentViewSchema = z.object({
  experiment: experimentReportSchema,
  /** Newest first; EXPERIMENT_RUNS_MAX at most. */
  runs: z.array(runRecordSchema),
  comparison: comparisonSchema,
});
export type ExperimentView = z.infer<typeof experimentViewSchema>;

export const experimentParamsSchema = z.object({ name: experimentNameSchema });
/** An empty note, or null, takes it away. */
export const experimentNoteSchema = z.strictObject({ note: noteSchema.nullable() });
