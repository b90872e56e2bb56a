// Examples made up for tests: of Verifier.v1, whose input and output are short.
import type { DseExample } from '../../protocol/dse/example.ts';
import { VERIFIER } from '../../protocol/signature.ts';

const OUTPUT = { supported: true, unsupported: [] };

/** Of an input that asks something of its own by its number, unless it is given one. */
export function madeExample(number: number, changes: Partial<DseExample> = {}): DseExample {
  return {
    exampleId: `e${number}`,
    signatureId: VERIFIER.signatureId,
    inputJson: { query: `what about thing${number}?`, answer: `a${number} b${number} c${number}`, evidence: [] },
    expectedJson: OUTPUT,
    split: 'train',
    tags: [],
    review: 'approved',
    meta: {},
    ...changes,
  };
}
