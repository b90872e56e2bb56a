// Whether an example is one of its signature: its input and its output have the form that the signature asks for.
import type { z } from 'zod';
import { type CatalogueEntry, catalogueEntry } from '../../conductor/signatures/catalogue.ts';
import { canonicalJson } from '../../protocol/canonical.ts';
import { type DseExample, EXAMPLE_BYTES_MAX } from '../../protocol/dse/example.ts';
import { PylonError } from '../../protocol/errors.ts';
import { wellFormed } from '../../protocol/text.ts';
import { isNamed } from './dataset.ts';

/** @throws PylonError `signature-unknown` */
export function knownSignature(signatureId: string): CatalogueEntry['signature'] {
  const entry = catalogueEntry(signatureId);
  if (entry === undefined) throw new PylonError('signature-unknown', { value: signatureId });
  return entry.signature;
}

function invalid(exampleId: string, reason: string): PylonError {
  return new PylonError('example-invalid', { value: exampleId, reason });
}

function faultOf(schema: z.ZodType<unknown>, value: unknown, part: string): string | undefined {
  const [issue] = schema.safeParse(value).error?.issues ?? [];
  return issue === undefined ? undefined : [[part, ...issue.path].map(String).join('.'), issue.message].join(': ');
}

/** @throws PylonError `signature-unknown` | `example-invalid` */
export function checkExample(example: DseExample): void {
  const { signatureId, exampleId, inputJson, expectedJson } = example;
  const { input, output } = knownSignature(signatureId);
  if (wellFormed(exampleId) !== exampleId) throw invalid(exampleId, 'its id holds half a character');
  const fault =
    (isNamed(example) ? undefined : faultOf(input, inputJson, 'inputJson')) ??
    faultOf(output, expectedJson, 'expectedJson');
  if (fault !== undefined) throw invalid(exampleId, fault);
  let bytes: number;
  try {
    bytes = Buffer.byteLength(canonicalJson(example));
  } catch (cause) {
    throw new PylonError('example-invalid', { value: exampleId, reason: 'it is nested too deep', cause });
  }
  if (bytes > EXAMPLE_BYTES_MAX)
    throw invalid(exampleId, `it has ${bytes} bytes as JSON, and an example has ${EXAMPLE_BYTES_MAX} at most`);
}
