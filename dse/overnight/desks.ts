// What a night asks of the parts of the improvement loop, in its own terms: node/engine/night-desks.ts puts the real ones in, tests put in
// others. Whatever writes MUST write all of it or nothing, because a night may be killed at any moment and goes on with what it finds.
import type { CompiledArtifact, PointerRow } from '../../protocol/dse/artifact.ts';
import type { Canary, CanaryPlan } from '../../protocol/dse/canary.ts';
import type { Night, NightProbe, NightRequest } from '../../protocol/dse/overnight.ts';
import type { Promotion } from '../../protocol/dse/promotion.ts';

/** Where nights are kept: a `keep` that resolved survives a power cut, one that did not changed nothing. */
export interface NightBook {
  keep(night: Night): Promise<void>;
}

/** An approved example of train or dev. */
export interface NightExample {
  readonly exampleId: string;
  readonly split: 'train' | 'dev';
}

export interface Mined {
  readonly exampleIds: readonly string[];
  /** In words. */
  readonly note: string;
}

export interface SearchRequest {
  readonly night: NightRequest;
  readonly maxMsat: number;
  readonly maxTimeMs: number;
}

export interface Searched {
  readonly reportId: string;
  /** Its winner; null where nothing was found that is better than what is in force. */
  readonly compiledId: string | null;
  /** All that the search bought, also in earlier lives of this night. */
  readonly costMsat: number;
  readonly note: string;
}

export interface Asking {
  readonly night: NightRequest;
  /** Its run is filed under this name. */
  readonly experiment: string;
  readonly maxMsat: number;
}

/** One prediction as anybody makes it; its score is by the reward of the night's compile. */
export interface Asked extends Omit<NightProbe, 'exampleId'> {
  readonly costMsat: number;
}

export interface NightDesks {
  /** The artifact in force; `default` where none is. */
  active(signatureId: string): Promise<string>;
  /** @throws PylonError `artifact-unknown` | `artifact-drifted` */
  artifact(compiledId: string): Promise<CompiledArtifact>;
  /** In the order of their ids; never held-out ones. */
  examples(signatureId: string): Promise<readonly NightExample[]>;
  /** Twice is once. @param sinceMs of receipts */
  mine(signatureId: string, sinceMs: number): Promise<Mined>;
  /** The same search is made once, and one that was cut off goes on. @throws PylonError as a compile does */
  search(request: SearchRequest, signal: AbortSignal): Promise<Searched>;
  /**
   * Holds an artifact against what is in force, on the holdout; the pointer stays where it is. What was found stands: asked again it is no
   * new look. @throws PylonError as a promotion does
   */
  gate(compiledId: string, night: NightRequest, signal: AbortSignal): Promise<Promotion>;
  /** Puts in force what a gate found to be better, in one write with its evidence. @throws PylonError as a promotion does */
  promote(compiledId: string, promotionId: string, signal: AbortSignal): Promise<Promotion>;
  /** @throws PylonError `promotion-unknown` */
  promotion(promotionId: string): Promise<Promotion>;
  /** @throws PylonError where another canary of the signature runs */
  startCanary(plan: CanaryPlan): Promise<Canary>;
  /** Of a signature, the latest first. */
  canaries(signatureId: string): Promise<readonly Canary[]>;
  stopCanary(signatureId: string, reason: string): Promise<Canary>;
  /** Changes of the pointer, the latest first. */
  history(signatureId: string): Promise<readonly PointerRow[]>;
  /** One write back to what was in force before. */
  rollback(signatureId: string, reason: string): Promise<PointerRow>;
  /** @throws PylonError whatever is no fault of the parameters: a backend that is away, a store that fails */
  ask(signatureId: string, exampleId: string, asking: Asking, signal: AbortSignal): Promise<Asked>;
}
