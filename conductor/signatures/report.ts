// The catalogue as it is shown: each signature with its schemas, the words of its prompt, the parameters in force, and their hashes.
import { canonicalHash } from '../../protocol/canonical.ts';
import type { PredictParams } from '../../protocol/predict-params.ts';
import { blocksOf, jsonSchemaOf, schemaHash } from '../predict/contract.ts';
import type { Artifacts } from '../predict/options.ts';
import type { PromptBlocks } from '../predict/prompt.ts';
import { activeParams, catalogue } from './catalogue.ts';

export interface SignatureReport {
  readonly signatureId: string;
  readonly about: string;
  /** The artifact whose parameters are in force; `default` where none is active. */
  readonly compiled_id: string;
  readonly params: PredictParams;
  readonly prompt: PromptBlocks;
  /** JSON Schemas (draft 2020-12). */
  readonly input: unknown;
  readonly output: unknown;
  /** sha256 of canonical JSON: as receipts name them. */
  readonly hashes: {
    readonly inputSchema: string;
    readonly outputSchema: string;
    readonly promptIr: string;
    readonly params: string;
  };
}

/** All signatures, in the order of the catalogue. */
export function signatureReports(artifacts?: Artifacts): SignatureReport[] {
  return catalogue().map(({ signature, about, prompt }) => {
    const { compiledId, params } = activeParams(signature.signatureId, artifacts);
    const blocks = blocksOf(prompt.blocks, params);
    return {
      signatureId: signature.signatureId,
      about,
      compiled_id: compiledId,
      params,
      prompt: blocks,
      input: jsonSchemaOf(signature.input),
      output: jsonSchemaOf(signature.output),
      hashes: {
        inputSchema: schemaHash(signature.input),
        outputSchema: schemaHash(signature.output),
        promptIr: canonicalHash(blocks),
        params: canonicalHash(params),
      },
    };
  });
}
