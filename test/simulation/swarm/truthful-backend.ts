// The local backend of a simulated conductor: reads chunks as an honest provider would, and answers with the evidence. It is
// quick and always right, as far as its own reading goes.
import type { Backend, Prediction } from '../../../conductor/ports.ts';
import { PylonError } from '../../../protocol/errors.ts';
import {
  ENGINE_NAME,
  EXTRACTOR,
  type ExtractorInput,
  NO_USAGE,
  REDUCER,
  VERIFIER,
} from '../../../protocol/signature.ts';
import type { Answers } from './answers.ts';

function reduced({ evidence }: { evidence: readonly { n: number; quote: string }[] }) {
  const citations = evidence.map(({ n }) => n);
  return { answer: evidence.map(({ n, quote }) => `${quote} [${n}]`).join('\n') || 'nothing', citations };
}

export function truthfulBackend(answers: Answers): Backend {
  return {
    name: ENGINE_NAME,
    async predict<Input, Output>(signature: { signatureId: string }, input: Input): Promise<Prediction<Output>> {
      const told = (output: unknown) => ({ output: output as Output, usage: NO_USAGE, repairs: 0 });
      switch (signature.signatureId) {
        case EXTRACTOR.signatureId:
          return told(answers.truth((input as ExtractorInput).text).output);
        case REDUCER.signatureId:
          return told(reduced(input as { evidence: { n: number; quote: string }[] }));
        case VERIFIER.signatureId:
          return told({ supported: true, unsupported: [] });
        default:
          throw new PylonError('internal', { value: signature.signatureId, reason: 'the simulation has no such step' });
      }
    },
  };
}
