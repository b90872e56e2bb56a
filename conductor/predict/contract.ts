// The hashes by which a receipt names what a prediction was held to: the schemas of its signature, the words of its prompt, its
// parameters. Equal contracts have equal hashes, on every machine.
import { z } from 'zod';
import { canonicalHash } from '../../protocol/canonical.ts';
import type { PredictParams } from '../../protocol/predict-params.ts';
import type { PromptBlocks } from './prompt.ts';

/** A schema is asked for with every prediction, and its JSON Schema costs more than the rest of a receipt. */
const hashes = new WeakMap<z.ZodType, string>();

/** sha256 of the canonical JSON Schema (draft 2020-12) of what the schema takes. */
export function schemaHash(schema: z.ZodType): string {
  const known = hashes.get(schema);
  if (known !== undefined) return known;
  const hash = canonicalHash(jsonSchemaOf(schema));
  hashes.set(schema, hash);
  return hash;
}

/** The JSON Schema (draft 2020-12) of what the schema takes. */
export function jsonSchemaOf(schema: z.ZodType): unknown {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
}

/** The words of the prompt as the parameters leave them. */
export function blocksOf(blocks: PromptBlocks, { blocks: instead = {} }: Pick<PredictParams, 'blocks'>): PromptBlocks {
  const { task = blocks.task, rules = blocks.rules, form = blocks.form } = instead;
  return { task, rules, form };
}
