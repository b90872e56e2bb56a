// An answer of the daemon, believed only in the form that this version expects: the two may be of different versions.
import type { z } from 'zod';
import { PylonError } from '../../protocol/errors.ts';

/** @throws PylonError `daemon-unreachable` naming the field */
export function readAnswer<Output>(schema: z.ZodType<Output>, body: unknown): Output {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new PylonError('daemon-unreachable', {
    reason: `the daemon's answer is not what this version expects at "${where}"`,
    next: 'restart the daemon: `pylon stop`, then `pylon start`',
  });
}
