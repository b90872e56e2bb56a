// A method answers a task; what it did is its trajectory. Each is asked for the same question over the same files.
import type { LanguageModel } from '../../conductor/ports.ts';
import type { Engine } from '../../node/engine/port.ts';
import type { RunOptions } from '../../node/settings/run-options.ts';
import type { RunRecord } from '../../protocol/run.ts';
import type { Usage } from '../../protocol/usage.ts';
import type { TaskInstance } from './task.ts';

/** A task whose files are written. */
export interface StagedTask {
  readonly task: TaskInstance;
  /** Absolute path → the name that citations print. */
  readonly displayNames: Readonly<Record<string, string>>;
  /** For files of a method's own. */
  readonly folder: string;
}

/** What methods work with. */
export interface Tools {
  readonly engine: Engine;
  readonly model: LanguageModel;
  /** Options that all methods share. */
  readonly options: Partial<RunOptions>;
  readonly windowTokens: number;
  readonly signal: AbortSignal;
}

export interface Trajectory {
  /** The run that answered, and what it cost. Absent where it was refused before it began. */
  readonly record?: RunRecord;
  /** What was asked outside of that run. */
  readonly besides: Usage;
  /** Why there is no answer, where there is none. */
  readonly error?: { readonly code: string; readonly message: string };
}

export interface Method {
  readonly name: string;
  readonly about: string;
  answer(staged: StagedTask, tools: Tools): Promise<Trajectory>;
}
