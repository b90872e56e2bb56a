// The models that a client can name: each is a way to answer, not a language model. What is not said by the name is as configured.
import type { z } from 'zod';
import { STRATEGY_CHOICES } from '../../../conductor/predict/routing.ts';
import { PylonError } from '../../../protocol/errors.ts';
import type { RunOptions } from '../../settings/run-options.ts';
import type { modelSchema } from './schemas.ts';

export type Model = z.infer<typeof modelSchema>;

/** Name → what it asks of a run. */
const MODELS: ReadonlyMap<string, Partial<RunOptions>> = new Map<string, Partial<RunOptions>>([
  ['pylon', {}],
  ['pylon/extractive', { backend: 'extractive' }],
  ['pylon/openai', { backend: 'openai' }],
  ['pylon/local', { local_only: true }],
  ...STRATEGY_CHOICES.map((strategy) => [`pylon/${strategy}`, { strategy }] as const),
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
  return options;
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
