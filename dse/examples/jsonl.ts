// Examples as JSON lines: one a line in canonical JSON, so that what was exported is imported as the same, and a file can be compared.
import { canonicalHash, canonicalJson } from '../../protocol/canonical.ts';
import { type DseExample, exampleSchema, type Split } from '../../protocol/dse/example.ts';
import { PylonError } from '../../protocol/errors.ts';

/** A line may leave out what has an obvious value. */
const lineSchema = exampleSchema
  .partial()
  .required({ inputJson: true, expectedJson: true })
  .extend({ meta: exampleSchema.shape.meta.default({}) });

/** What holds for lines that say nothing of it. */
export interface LineDefaults {
  readonly signatureId?: string;
  readonly split: Split;
}

/** Without its line end. */
export function exampleLine(example: DseExample): string {
  return canonicalJson(example);
}

/** Named by what it asks, so that the same line is the same example. */
function idOf(signatureId: string, inputJson: unknown): string {
  return `import:${canonicalHash({ signatureId, inputJson }).slice(0, 32)}`;
}

/** @param number of the line, named in the error. @throws PylonError `example-invalid` */
export function readExampleLine(line: string, number: number, defaults: LineDefaults): DseExample {
  const invalid = (reason: string, cause?: unknown) =>
    new PylonError('example-invalid', { value: `line ${number}`, reason, ...(cause === undefined ? {} : { cause }) });
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw invalid('it is not JSON', cause);
  }
  const parsed = lineSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(`${issue?.path.join('.') || 'it'}: ${issue?.message}`);
  }
  const { signatureId = defaults.signatureId, inputJson, expectedJson, meta } = parsed.data;
  if (signatureId === undefined) throw invalid('it names no signature: give one with --signature');
  const {
    exampleId = idOf(signatureId, inputJson),
    split = defaults.split,
    tags = [],
    review = 'approved',
  } = parsed.data;
  return { exampleId, signatureId, inputJson, expectedJson, split, tags, review, meta };
}
