// Flags held against the schema of what they ask for: what is wrong is told by the name of the flag.
import type { z } from 'zod';
import { PylonError } from '../../protocol/errors.ts';

const written = (flag: string) => `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/**
 * @param given by the names of the schema; what is undefined was not given
 * @param flagOf what a name of the schema is called as a flag; the same where it names none
 * @throws PylonError `option-invalid` naming the flag
 */
export function checkedFlags<Output>(
  schema: z.ZodType<Output>,
  given: Readonly<Record<string, unknown>>,
  flagOf: Readonly<Record<string, string>> = {},
): Output {
  const parsed = schema.safeParse(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = String(issue?.path[0] ?? '');
  throw new PylonError('option-invalid', {
    value: String(given[field]),
    reason: `${written(flagOf[field] ?? field)} ${issue?.message ?? 'is not valid'}`,
  });
}
