// The objective gate: what can be said of an output without a second opinion. Nothing in it was invented, and findings have the form
// that the user's JSON Schema demands, where there is one; records are held to the fields that were asked for.
import { PylonError } from '../../protocol/errors.ts';
import { type ChunkOutput, isRecords } from '../../protocol/records.ts';
import type { Grounding } from './grounded.ts';
import { compileSchema } from './json-schema.ts';

/** The words of a schema's complaint that are kept. */
const COMPLAINT_CHARS = 300;

export interface ObjectiveGate {
  /** What is wrong with an output that is bound and grounded, or undefined when nothing is. */
  fault(output: ChunkOutput, grounding: Pick<Grounding, 'dropped'>): PylonError | undefined;
}

/** @param schema the user's JSON Schema as text. @throws PylonError `schema-invalid` */
export async function objectiveGate(schema?: string): Promise<ObjectiveGate> {
  const complaintOf = schema === undefined ? () => undefined : await compileSchema(schema);
  return {
    fault(output, { dropped }) {
      if (dropped > 0)
        return new PylonError('result-invalid', {
          value: isRecords(output) ? `${dropped} records` : `${dropped} of ${output.findings.length}`,
          reason: isRecords(output)
            ? 'the result tells of lines that the chunk does not have'
            : 'quotes of the result do not stand in the chunk',
        });
      const complaint = isRecords(output) ? undefined : complaintOf(output);
      if (complaint === undefined) return undefined;
      return new PylonError('result-invalid', {
        reason: `the result breaks the schema: ${complaint.slice(0, COMPLAINT_CHARS)}`,
      });
    },
  };
}
