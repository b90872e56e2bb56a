// What the actions of an exploration work with, and what each of them gives back.
import type { PylonError } from '../../../../protocol/errors.ts';
import type { Usage } from '../../../../protocol/usage.ts';
import type { ExplorationMeter } from '../meter.ts';
import type { Observation } from '../observation.ts';
import type { VarSpace } from '../vars/var-space.ts';
import type { Passage, Place, World } from '../world.ts';

/** What a smaller exploration came to, as the one that began it is told. */
export interface SubExplored {
  readonly answer: string;
  readonly citations: readonly (Passage & { readonly quote: string })[];
  readonly subCalls: number;
  readonly bytesScanned: number;
  readonly usage: Usage;
  readonly fault: PylonError | undefined;
}

export interface Desk {
  readonly world: World;
  readonly variables: VarSpace;
  readonly budget: ExplorationMeter;
  readonly signal: AbortSignal;
  readonly iteration: number;
  /** Fan-outs that were answered whole, by what they asked: the variable that holds what they found, and its content. */
  readonly answered: Map<string, { readonly name: string; readonly hash: string }>;
  /** Explores these places for a question; absent where no deeper exploration is allowed. */
  readonly explore: ((question: string, places: readonly Place[]) => Promise<SubExplored>) | undefined;
}

export interface Performed {
  readonly observation: Observation;
  /** What it brought, by keys: what has a key that was not seen before is new. */
  readonly news: readonly string[];
  /** Places of the input that were shown, or quoted to the kernel. */
  readonly read?: readonly (Place & { readonly endLine?: number })[];
  /** Bytes of the input that it went through. */
  readonly bytesScanned?: number;
  /** Leaves that were asked. */
  readonly subCalls?: number;
  readonly usage?: Usage;
  /** Why leaves were left unasked, or a smaller exploration ended early: the answer is one of a part then. */
  readonly shortfall?: PylonError;
}

export function placeKey({ file, startByte, endByte }: Place): string {
  return `${file}:${startByte}-${endByte}`;
}

/** The variable that an action without `into` writes: named for the action and its step. */
export function intoOf(desk: Desk, into: string | undefined, action: string): string {
  return into ?? `${action}${desk.iteration}`;
}
