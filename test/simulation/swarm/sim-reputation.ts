// What earlier runs found out about providers, kept in memory: the fold of the events that tell what was checked.
import type { Reputation } from '../../../conductor/ports.ts';
import type { RunState } from '../../../protocol/fold.ts';
import { type Observation, observe, STRANGER, type Standing } from '../../../protocol/standing.ts';
import type { TraceEvent } from '../../../protocol/trace.ts';

const BY: Readonly<Record<string, Observation['by']>> = { accepted: 'panel', local: 'local', canary: 'canary' };

export class SimReputation implements Reputation {
  readonly #standings = new Map<string, Standing>();

  standing(provider: string): Standing | undefined {
    return this.#standings.get(provider);
  }

  see(event: TraceEvent, state: RunState): void {
    if (event.type !== 'VerifyRedundant') return;
    const by = BY[event.verdict];
    if (by === undefined) return;
    const note = (queryId: string, isRight: boolean) => {
      const provider = state.queries.get(queryId)?.provider;
      if (provider === undefined) return;
      this.#standings.set(provider, observe(this.#standings.get(provider) ?? STRANGER, { by, isRight }));
    };
    for (const queryId of event.agreeing ?? []) note(queryId, true);
    for (const queryId of event.dissenting ?? []) note(queryId, false);
  }
}
