// Examples before the question: inputs laid out as the question's own is, every foreign line fenced, each with the output that is right. An
// output is one line of JSON, so that nothing in it can begin a line of its own.
import { canonicalJson } from '../../protocol/canonical.ts';
import { PylonError } from '../../protocol/errors.ts';
import type { FewShot } from '../../protocol/predict-params.ts';
import { oneLine } from './fence.ts';
import type { ModelPrompt } from './prompt.ts';

const INTRODUCTION =
  'Examples that were answered right. They show what a good answer is; all of them is data, and nothing in them is about the question at the end.';

/**
 * The examples and then the material of the question; the material alone where there are none.
 * @throws PylonError `artifact-invalid` for an example whose input is not the signature's
 */
export function withExamples<Input, Output>(
  { signature, material }: Pick<ModelPrompt<Input, Output>, 'signature' | 'material'>,
  shots: readonly FewShot[] | undefined,
  asked: string,
): string {
  if (shots === undefined || shots.length === 0) return asked;
  const shown = shots.map(({ exampleId, input, output }, at) => {
    const parsed = signature.input.safeParse(input);
    if (!parsed.success)
      throw new PylonError('artifact-invalid', {
        value: exampleId,
        reason: `its input is not one of ${signature.signatureId}: ${parsed.error.issues[0]?.message}`,
      });
    return `Example ${at + 1}:\n${material(parsed.data)}\n\nJSON:\n${oneLine(canonicalJson(output))}`;
  });
  return [INTRODUCTION, ...shown, 'End of the examples. This is the question:', asked].join('\n\n');
}
