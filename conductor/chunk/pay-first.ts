// A provider or validator wants what it is owed before it goes on.
import type { RunContext } from '../run/context.ts';

/** @returns true when it has it, so that it can be asked again */
export async function payFirst({ payer, request, emitter }: RunContext, provider: string): Promise<boolean> {
  if (payer === undefined) return false;
  return payer.payProvider(provider, request.runId, (fact, operation) => emitter.emit(fact, operation));
}
