// The models that a client can name: each is a way to answer, not a language model. What is not said by the name is as configured.
import type { z } from 'zod';
import { PylonError } from '../../../protocol/errors.ts';
import { type RunOptions, runOptionsSchema } from '../../settings/run-options.ts';
import type { modelSchema } from './schemas.ts';

export type Model = z.infer<typeof modelSchema>;

/** The strategies that runs know; the swarm pipeline where they know none. */
function strategies(): readonly string[] {
  const { strategy } = runOptionsSchema.shape as Record<string, z.ZodType | undefined>;
  if (strategy === undefined) return [];
  const all = ['direct', 'map_reduce', 'rlm_lite', 'distilled'];
  return all.filter((name) => strategy.safeParse(name).success);
}

const STRATEGIES = strategies();

/** Name → what it asks of a run. */
const MODELS: ReadonlyMap<string, Record<string, unknown>> = new Map<string, Record<string, unknown>>([
  ['pylon', {}],
  ['pylon/extractive', { backend: 'extractive' }],
  ['pylon/openai', { backend: 'openai' }],
  ['pylon/local', { local_only: true }],
  ...(STRATEGIES.length === 0 ? [['pylon/map_reduce', {}] as const] : []),
  ...STRATEGIES.map((strategy) => [`pylon/${strategy}`, { strategy }] as const),
]);

/** What a run is asked for by this name. @throws PylonError `model-unknown` */
export function optionsOfModel(name: string): Partial<RunOptions> {
  const options = MODELS.get(name);
  if (options === undefined)
    throw new PylonError('model-unknown', {
      value: name,
      reason: 'there is no such model here',
      next: `use ${[...MODELS.keys()].join(', ')}; the language model behind it is \`pylon.backend\` and \`pylon.model\``,
    });
  return options as Partial<RunOptions>;
}

function describe(id: string, createdSeconds: number): Model {
  return { id, object: 'model', created: createdSeconds, owned_by: 'pylon' };
}

export function allModels(createdSeconds: number): Model[] {
  return [...MODELS.keys()].map((id) => describe(id, createdSeconds));
}

/** @throws PylonError `model-unknown` */
export function modelNamed(name: string, createdSeconds: number): Model {
  optionsOfModel(name);
  return describe(name, createdSeconds);
}
