// The desk of compiles, the same on this machine and over a daemon's API.
import type { StartedCompile } from '../../dse/compile/compiling.ts';
import type { CompileHead, CompilePlan, CompileReport, CompileRequest } from '../../protocol/dse/compile.ts';
import type { Judge, JudgeRequest } from '../../protocol/dse/judge.ts';

/** Searches for better parameters. */
export interface CompileDesk {
  /** What a compile would be; nothing is asked or written. @throws PylonError as `start` does */
  plan(request: CompileRequest): Promise<CompilePlan>;
  /**
   * Begins a compile, or goes on with it; one that is done already is told again. Aborting `signal` stops it.
   * @throws PylonError `signature-unknown` | `compile-unready` | `compile-space-invalid` | `compile-unaffordable` | `compile-unknown` |
   * `judge-unknown` | `judge-changed` | `backend-*`, before anything is asked or written
   */
  start(request: CompileRequest, signal: AbortSignal): Promise<StartedCompile>;
  /** Asks one to end; it can be gone on with. @returns false where it does not run */
  stop(reportId: string): Promise<boolean>;
  /** Resolves when it does not run (any more). */
  over(reportId: string): Promise<void>;
  /** @param prefix of its id, unique. @throws PylonError `compile-unknown` */
  read(prefix: string): Promise<CompileReport>;
  /** The latest first. @param signatureId of all signatures when absent */
  list(signatureId?: string): Promise<readonly CompileHead[]>;
  /**
   * Asks a model about labelled pairs, and pins it as a judge where it agrees with them.
   * @throws PylonError `judge-unreliable` | `compile-unready` with too few pairs | `backend-*`
   */
  pinJudge(request: JudgeRequest, signal: AbortSignal): Promise<Judge>;
  /** @throws PylonError `judge-unknown` */
  judge(judgeHash: string): Promise<Judge>;
}
