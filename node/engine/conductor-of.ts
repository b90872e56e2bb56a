// The conductor of one run: the ledger's classes, the backend that was chosen, and the swarm with its wallet meet its ports here.
import type { Backend, Book, Journal, Reputation } from '../../conductor/ports.ts';
import type { Artifacts } from '../../conductor/predict/options.ts';
import { Conductor } from '../../conductor/run/conductor.ts';
import type { ConductorPorts } from '../../conductor/run/context.ts';
import type { ChosenBackend } from '../backends/choose.ts';
import { loadPatterns } from '../patterns.ts';
import type { EngineOptions } from './port.ts';
import type { Till } from './tills.ts';

export interface ConductorParts {
  readonly options: Pick<EngineOptions, 'clock' | 'random'>;
  readonly journal: Journal;
  readonly book: Book;
  readonly reputation: Reputation;
  /** What is in force; absent where nothing is kept. */
  readonly artifacts?: Artifacts;
  /** The embedded engine. */
  readonly engine: Backend;
  readonly synonyms: NonNullable<ConductorPorts['synonyms']>;
}

/** @param till absent where nobody else is asked */
export function conductorOf(parts: ConductorParts, chosen: ChosenBackend, till: Till | undefined): Conductor {
  const { options, ...ledger } = parts;
  const { clock, random } = options;
  const { backend: local, languageModel } = chosen;
  const model = languageModel === undefined ? {} : { languageModel };
  const ports = { ...ledger, clock, random, local, patterns: loadPatterns, ...model };
  if (till === undefined) return new Conductor(ports);
  const { market, pace } = till.session;
  return new Conductor({ ...ports, market, pace, ...till.payers });
}
