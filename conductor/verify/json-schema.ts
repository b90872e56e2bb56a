// A JSON Schema that the user demands of every output. What it says is applied whole: a schema with a word in it that is not
// understood is refused, never applied in part.
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import type { ExtractorOutput } from '../../protocol/signature.ts';

/** Why an output breaks the schema, in words that name the place; undefined when it does not. */
export type SchemaCheck = (output: ExtractorOutput) => string | undefined;

const DRAFT_2020 = 'https://json-schema.org/draft/2020-12/schema';
const DRAFT_7 = 'http://json-schema.org/draft-07/schema';

function refused(reason: string, cause?: unknown): PylonError {
  return new PylonError('schema-invalid', { reason, ...(cause === undefined ? {} : { cause }) });
}

function read(text: string): boolean | Record<string, unknown> {
  let schema: unknown;
  try {
    schema = JSON.parse(text);
  } catch (cause) {
    throw refused(`the schema is not JSON: ${toPylonError(cause).reason}`, cause);
  }
  if (typeof schema === 'boolean') return schema;
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema))
    throw refused('a JSON Schema is an object, or true or false');
  return schema as Record<string, unknown>;
}

/** Of a CommonJS module only `default` is the same for Node and in the bundle. */
async function validatorOf(draft: unknown) {
  // Strict about words. What else strict mode dislikes is clear, and common: a keyword without its `type` or `properties` beside it.
  const lenient = {
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    allowMatchingProperties: true,
  } as const;
  const options = { strict: true, ...lenient, logger: false } as const;
  const name = draft === undefined ? DRAFT_2020 : String(draft).replace(/#$/, '');
  if (name === DRAFT_2020) return new (await import('ajv/dist/2020.js')).default.Ajv2020(options);
  if (name === DRAFT_7) return new (await import('ajv')).default.Ajv(options);
  throw refused(`the schema is of ${name.slice(0, 100)}; drafts 2020-12 and 7 are known`);
}

/** @param text the schema as JSON, of draft 2020-12 or 7. @throws PylonError `schema-invalid` */
export async function compileSchema(text: string): Promise<SchemaCheck> {
  const schema = read(text);
  const ajv = await validatorOf(typeof schema === 'object' ? schema.$schema : undefined);
  try {
    const validate = ajv.compile(schema);
    validate({ findings: [] }); // one that refers to itself without end shows it here, and not in the middle of a run
    return (output) => (validate(output) ? undefined : ajv.errorsText(validate.errors, { dataVar: 'output' }));
  } catch (cause) {
    throw refused(`the schema cannot be applied: ${toPylonError(cause).reason}`, cause);
  }
}
