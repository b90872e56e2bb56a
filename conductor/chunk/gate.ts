// What must be so of an answer before the panel hears of it, beyond being bound and grounded: what the tiers `objective` and
// `validated` ask for. An answer that does not pass is rejected, not paid, and another provider is asked.
import type { Verification } from '../../protocol/policy.ts';
import type { RunContext } from '../run/context.ts';
import { objectiveGate } from '../verify/objective.ts';
import { Validation } from './validation.ts';
import type { Voice } from './voice.ts';

/** `unavailable`: nothing is said against the answer, but it cannot be examined, and another could not be either. */
export type Examined = 'passed' | 'failed' | 'unavailable';

export interface Gate {
  /** Never throws for what a provider or a validator did. @param signal nobody waits for the chunk any more */
  examine(chunk: number, voice: Voice, signal: AbortSignal): Promise<Examined>;
}

async function objective({ emitter, faults, request }: RunContext): Promise<Gate> {
  const gate = await objectiveGate(request.config.verification_schema);
  return {
    async examine(chunk, { queryId, output, dropped }) {
      const fault = gate.fault(output, { dropped });
      const fact = { type: 'VerifyObjective', chunk, query_id: queryId } as const;
      if (fault === undefined) {
        void emitter.emit({ ...fact, verdict: 'accepted' });
        return 'passed';
      }
      faults.note(fault);
      void emitter.emit({ ...fact, verdict: 'rejected', reason: fault.message.slice(0, 1_000) });
      return 'failed';
    },
  };
}

/** The gate of a run's tier, where it has one. @throws PylonError `schema-invalid` */
export async function gateOf(context: RunContext, verification: Verification): Promise<Gate | undefined> {
  if (verification.kind === 'objective') return objective(context);
  const { market } = context;
  if (verification.kind === 'validated' && market !== undefined)
    return new Validation(context, market, verification.validator);
  return undefined;
}
