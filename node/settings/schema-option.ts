// The schema file of `--verify objective:<file>`: read here, where the user's folder is known, and sent along as text, so that the
// run keeps what it was checked with.
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { compileSchema } from '../../conductor/verify/json-schema.ts';
import { PylonError } from '../../protocol/errors.ts';
import { SCHEMA_CHARS_MAX } from '../../protocol/limits.ts';
import { parseVerification } from '../../protocol/policy.ts';
import { errnoOf } from '../home.ts';
import { AUTO_TIER } from './fields.ts';
import type { RunOptions } from './run-options.ts';

/** The most bytes of a character in UTF-8. */
const BYTES_PER_CHAR = 4;

async function readSchema(path: string, name: string): Promise<string> {
  const bytesMax = SCHEMA_CHARS_MAX * BYTES_PER_CHAR;
  const bytes = Buffer.alloc(bytesMax + 1);
  let length = 0;
  try {
    const file = await open(path);
    try {
      length = (await file.read(bytes, 0, bytes.length, 0)).bytesRead;
    } finally {
      await file.close();
    }
  } catch (cause) {
    const isThere = errnoOf(cause) !== 'ENOENT';
    const reason = isThere ? `the schema file cannot be read (${errnoOf(cause)})` : 'the schema file does not exist';
    throw new PylonError('schema-invalid', { value: name, reason, next: 'check the path', cause });
  }
  const text = bytes.toString('utf8', 0, length);
  if (length > bytesMax || text.length > SCHEMA_CHARS_MAX)
    throw new PylonError('schema-invalid', {
      value: name,
      reason: `the schema file has more than ${SCHEMA_CHARS_MAX} characters`,
    });
  return text;
}

/** The options with the text of the schema file that they name, if any. @throws PylonError `schema-invalid` naming the file */
export async function withSchema(options: RunOptions, cwd: string): Promise<RunOptions> {
  if (options.verify === AUTO_TIER) return options;
  const tier = parseVerification(options.verify);
  if (tier.kind !== 'objective' || tier.schema === undefined) return options;
  const verify_schema = await readSchema(resolve(cwd, tier.schema), tier.schema);
  try {
    await compileSchema(verify_schema);
  } catch (thrown) {
    if (!(thrown instanceof PylonError)) throw thrown;
    throw new PylonError('schema-invalid', { value: tier.schema, reason: thrown.reason, cause: thrown });
  }
  return { ...options, verify_schema };
}
