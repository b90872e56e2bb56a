// What people say of a run once it is over: which experiment it belongs to, what it scored, and a note. It is told by a RunAnnotate
// event behind the end of the trace, so that it travels with the run like everything else.
import { z } from 'zod';
import { RUN_SCORES_MAX } from './limits.ts';

/** `accuracy`, `f1`, `item:q-17`: begins with a letter or digit, and is short enough for a column. */
export const scoreNameSchema = z
  .string()
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.:/@-]*$/, 'a name of a score has letters, digits and _ . : / @ -');

export const experimentNameSchema = z.string().min(1).max(256);

export const noteSchema = z.string().max(8_192);

/** `null` takes a score away. */
const scoreChangesSchema = z
  .record(scoreNameSchema, z.number().nullable())
  .refine((scores) => Object.keys(scores).length <= RUN_SCORES_MAX, `at most ${RUN_SCORES_MAX} scores`);

/** As a RunAnnotate event tells it: what is absent stays as it is, `null` takes it away. */
export const annotationShape = {
  experiment: experimentNameSchema.nullable().optional(),
  scores: scoreChangesSchema.optional(),
  note: noteSchema.nullable().optional(),
};

export const annotationSchema = z.strictObject(annotationShape);
export type Annotation = z.infer<typeof annotationSchema>;

/** The scores of a record. */
export const scoresSchema = z
  .record(scoreNameSchema, z.number())
  .refine((scores) => Object.keys(scores).length <= RUN_SCORES_MAX, `at most ${RUN_SCORES_MAX} scores`);
