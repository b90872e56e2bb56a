// The part of the engine that holds what is in force: artifacts, the pointer of each signature, and canaries.
import type { SignatureReport } from '../../conductor/signatures/report.ts';
import type { CompiledArtifact, PointerRow } from '../../protocol/dse/artifact.ts';
import type { Canary, CanaryPlan } from '../../protocol/dse/canary.ts';
import type { ArtifactSummary, CanaryHistory, InForceReport, RollbackRequest } from '../../protocol/dse/in-force.ts';

/** All reject with `request-invalid` where nothing is kept. */
export interface ArtifactDesk {
  /** By their names. @param signatureId of all signatures when absent. @throws PylonError `store-*` */
  list(signatureId?: string): Promise<readonly ArtifactSummary[]>;
  /** @param compiledId or a unique prefix of it. @throws PylonError `artifact-unknown` */
  read(compiledId: string): Promise<CompiledArtifact>;
  /**
   * Keeps an artifact; it is not in force by that.
   * @throws PylonError `artifact-invalid` | `artifact-drifted` | `signature-unknown`; nothing is written then
   */
  keep(artifact: unknown): Promise<{ readonly compiled_id: string; readonly added: boolean }>;
  /** Every signature with what is in force for it, in the order of the catalogue. */
  active(): Promise<readonly InForceReport[]>;
  /** What was in force for a signature, the latest change first. @throws PylonError `signature-unknown` */
  history(signatureId: string): Promise<readonly PointerRow[]>;
  /**
   * Takes back the latest promotion, in one write. Predictions that begin after it are made by what was in force before.
   * @throws PylonError `signature-unknown` | `rollback-impossible` | `artifact-drifted` for what it would go back to
   */
  rollback(request: RollbackRequest): Promise<PointerRow>;
  /** The catalogue with the parameters in force. */
  signatures(): Promise<readonly SignatureReport[]>;
}

/** Canaries of artifacts; all reject with `request-invalid` where nothing is kept. */
export interface CanaryDesk {
  /**
   * From now on the plan's share of predictions is made by the canary, and both arms are counted from their receipts.
   * @param plan its artifact may be named by a unique prefix
   * @throws PylonError `artifact-unknown` | `artifact-drifted` | `request-invalid` (of another signature) | `canary-running` | `canary-pointless`
   */
  start(plan: CanaryPlan): Promise<Canary>;
  /** @throws PylonError `canary-unknown` where none runs */
  stop(signatureId: string, reason: string): Promise<Canary>;
  /** The latest first. @param signatureId of all signatures when absent */
  list(signatureId?: string): Promise<readonly Canary[]>;
  /** @param canaryId or a unique prefix of it. @throws PylonError `canary-unknown` */
  history(canaryId: string): Promise<CanaryHistory>;
  /**
   * Says of a prediction that a canary counts whether its output is bad; said again it is not counted again.
   * @throws PylonError `receipt-unknown` | `canary-unknown` where no canary counts it, or it is over
   */
  judge(receiptId: string, isBad: boolean): Promise<Canary>;
}
