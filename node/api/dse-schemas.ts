// Signatures as they go over the API.
import { z } from 'zod';
import { predictParamsSchema, promptBlocksSchema } from '../../protocol/predict-params.ts';

const hash = z.string();

export const signaturesSchema = z.object({
  signatures: z.array(
    z.object({
      signatureId: z.string(),
      about: z.string(),
      compiled_id: z.string(),
      params: predictParamsSchema,
      prompt: promptBlocksSchema,
      input: z.unknown().describe('a JSON Schema'),
      output: z.unknown().describe('a JSON Schema'),
      hashes: z.object({ inputSchema: hash, outputSchema: hash, promptIr: hash, params: hash }),
    }),
  ),
});
