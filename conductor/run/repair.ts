// Before a run ends: what stands on the word of somebody who was caught is asked again, and of those who answered alone since they
// were last checked one answer is checked now, because one that turned would else get away with all it sold since.

import { ROUND_ATTEMPTS } from '../chunk/ask-provider.ts';
import type { Again } from '../chunk/chunk-query.ts';
import type { Voice } from '../chunk/voice.ts';
import type { Fragment } from '../cut/fragments.ts';
import type { RunContext } from './context.ts';

/** Rounds of asking again. Somebody may be caught in each; after the last one we compute what is left ourselves. */
const ROUNDS_MAX = 4;

export interface Repair {
  /** Their answers do not count any more. */
  withdraw(chunks: ReadonlySet<number>): void;
  /** Asks those chunks once more, all that `again` has an entry for. */
  ask(again: ReadonlyMap<number, Again>): Promise<void>;
}

/** Takes back what was accepted and does not stand any more. */
function withdraw({ trust, emitter }: RunContext, repair: Repair): ReadonlySet<number> {
  const reopened = trust.takeReopened();
  for (const chunk of reopened) void emitter.emit({ type: 'VerifyReopen', chunk, reason: 'provider-struck' });
  if (reopened.size > 0) repair.withdraw(reopened);
  return reopened;
}

function unchecked({ trust, random }: RunContext): ReadonlyMap<number, Voice> {
  return new Map(trust.takeUnchecked(() => random.fraction()).map((voice) => [voice.chunk, voice]));
}

/** Asks again until nothing stands on the word of somebody who was caught, or the run is over. */
export async function repairAnswers(context: RunContext, repair: Repair): Promise<void> {
  for (let round = 1; ; round++) {
    const reopened = withdraw(context, repair);
    if (context.signal.aborted) return;
    const checked = round === 1 ? unchecked(context) : new Map<number, Voice>();
    if (reopened.size + checked.size === 0) return;
    const firstAttempt = round * ROUND_ATTEMPTS;
    const again = new Map<number, Again>();
    for (const [chunk, known] of checked) again.set(chunk, { firstAttempt, known });
    for (const chunk of reopened) again.set(chunk, { firstAttempt, isLocal: round > ROUNDS_MAX });
    await repair.ask(again);
  }
}

/** Only the fragments asked for; ends with the last of them. */
export async function* only(
  fragments: AsyncGenerator<Fragment>,
  chunks: ReadonlyMap<number, unknown>,
): AsyncGenerator<Fragment> {
  let left = chunks.size;
  for await (const fragment of fragments) {
    if (!chunks.has(fragment.index)) continue;
    yield fragment;
    if (--left === 0) return;
  }
}
