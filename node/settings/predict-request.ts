// What may be asked of a prediction: the body of POST /api/dse/predict, and what the flags of `pylon dse predict` become.
import { z } from 'zod';
import { predictLimitsSchema } from '../../protocol/predict-budgets.ts';
import { STRATEGY_IDS, type StrategyId } from '../../protocol/receipt.ts';
import { defaults, fields } from './fields.ts';

/** A strategy by its id, or by its id without the version. */
function strategyOf(name: string): StrategyId | 'auto' | undefined {
  if (name === 'auto') return name;
  return STRATEGY_IDS.find((id) => id === name || id.split('.')[0] === name);
}

export const predictRequestSchema = z.strictObject({
  /** As `@pylon/rlm/Summarize.v1`. */
  signature: z.string().min(1).max(128),
  /** What the signature takes. */
  input: z.unknown(),
  strategy: z
    .string()
    .transform((name, context) => {
      const id = strategyOf(name);
      if (id === undefined) context.addIssue({ code: 'custom', message: 'is no strategy' });
      return id ?? z.NEVER;
    })
    .optional(),
  /** Tighter than those of the signature. */
  limits: predictLimitsSchema.optional(),
  backend: fields.backend.default(defaults.backend),
  model: fields.model.optional(),
  sub_model: fields.sub_model.optional(),
  experiment: fields.experiment.optional(),
});
export type PredictRequest = z.infer<typeof predictRequestSchema>;
