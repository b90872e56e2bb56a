// What a SpanRef must be to be believed, wherever one is read back.
import { z } from 'zod';
import type { SpanRef } from './span.ts';

export const spanRefSchema = z.object({
  id: z.string().max(128),
  path: z.string().max(4096),
  commit: z.string().max(64).optional(),
  start_line: z.number().int().min(1),
  end_line: z.number().int().min(1),
  start_byte: z.number().int().min(0),
  end_byte: z.number().int().min(0),
  content_hash: z.string().regex(/^[0-9a-f]{64}$/),
}) satisfies z.ZodType<SpanRef>;
