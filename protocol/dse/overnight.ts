// One night of improvement: every step that was taken, and by which ids its evidence is found.
import { z } from 'zod';

export const NIGHT_STEPS = ['baseline', 'mine', 'compile', 'gate', 'canary', 'promote', 'verify'] as const;
export type NightStep = (typeof NIGHT_STEPS)[number];

export const nightStepSchema = z.strictObject({
  step: z.enum(NIGHT_STEPS),
  status: z.enum(['done', 'skipped', 'failed']),
  startedAtMs: z.number().int(),
  endedAtMs: z.number().int(),
  /** What it made or read: run, receipt, example, report, promotion, canary and artifact ids. */
  ids: z.array(z.strictObject({ kind: z.string().max(32), id: z.string().max(256) })),
  costMsat: z.number().min(0),
  note: z.string().max(1_024),
});

export const nightSchema = z.strictObject({
  /** ULID. */
  nightId: z.string().max(128),
  signatureId: z.string().min(1).max(128),
  gitSha: z.string().max(64),
  window: z.strictObject({ fromMs: z.number().int(), untilMs: z.number().int() }),
  budgetMsat: z.number().min(0),
  status: z.enum(['running', 'passed', 'failed', 'nothing_to_promote']),
  steps: z.array(nightStepSchema),
  costMsat: z.number().min(0),
  promoted: z.string().max(128).nullable(),
});
export type Night = z.infer<typeof nightSchema>;
