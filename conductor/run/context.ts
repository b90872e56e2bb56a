// What all steps of one run share: what was asked, the ports, and the signals that end it.
import type { RunConfig } from '../../protocol/run.ts';
import type { CanaryDesk } from '../chunk/canary-desk.ts';
import type { Gate } from '../chunk/gate.ts';
import type { Question } from '../chunk/question.ts';
import type { Tier } from '../chunk/tier.ts';
import type { Turnstile } from '../chunk/turnstile.ts';
import type { Voice } from '../chunk/voice.ts';
import type { Pace, RunPace } from '../market/pace.ts';
import type {
  Backend,
  Book,
  Clock,
  Corpus,
  Journal,
  LanguageModel,
  Market,
  Payer,
  PaymentsAhead,
  Random,
  Reputation,
} from '../ports.ts';
import type { ActiveParams, Artifacts } from '../predict/options.ts';
import type { PredictThread } from '../predict/receipt-draft.ts';
import type { RegexEngine } from '../predict/rlm/world.ts';
import type { Route } from '../predict/routing.ts';
import type { QueryOptions } from '../search/query.ts';
import type { Trust } from '../verify/trust.ts';
import type { Faults } from './faults.ts';
import type { HeldTrace } from './held-trace.ts';
import type { LateCosts } from './late-costs.ts';
import type { LooseEnds } from './loose-ends.ts';
import type { Resumption } from './resumed.ts';
import type { TraceEmitter } from './trace-emitter.ts';

/** Everything the conductor needs of the world. */
export interface ConductorPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: Journal;
  readonly book: Book;
  /** Absent where nothing can be paid: what is owed stays owed. */
  readonly payer?: Payer;
  /** Absent where there is no wallet to pay from. */
  readonly ahead?: PaymentsAhead;
  /** What earlier runs found out about providers; absent where nothing is remembered. */
  readonly reputation?: Reputation;
  /** Absent with `--local-only`. */
  readonly market?: Market;
  /** What was learnt of the market in earlier runs; absent where every run begins anew. */
  readonly pace?: Pace;
  /** Routes, reduces, verifies and stands in for a missing swarm. */
  readonly local: Backend;
  /** The model behind `local`, for what is no signature: controllers and sub-calls. Absent where `local` is the embedded engine. */
  readonly languageModel?: LanguageModel;
  /** Matches the patterns of explorations, loaded when there is one; where absent, slow ones are stopped by `clock` alone. */
  readonly patterns?: () => Promise<RegexEngine>;
  /** The parameters that are in force for signatures; absent where all are predicted by their defaults. */
  readonly artifacts?: Artifacts;
  /** The embedded engine: answers without a model when there is no time for one. */
  readonly engine: Backend;
  /** Words that mean the same, for the question's terms. */
  readonly synonyms?: QueryOptions['synonyms'];
}

export interface RunRequest {
  readonly runId: string;
  readonly query: string;
  readonly corpus: Corpus;
  readonly config: RunConfig;
  /** Why its strategy is that of `config.strategy_id`; as the run was begun when absent. */
  readonly route?: Pick<Route, 'reason' | 'pressure'>;
  /** The parameters of its prediction, which `config` was made with; those in force when absent. */
  readonly active?: ActiveParams;
  /** What routing a payment may cost on top of it, in millionths; 0 where the wallet takes nothing. */
  readonly feeReservePpm?: number;
  readonly gitSha?: string;
  readonly dataset?: string;
  readonly experiment?: string;
  /** What was predicted before it began: told right behind its first event. */
  readonly opening?: HeldTrace;
  /** Called right before the first event is committed: what belongs into the same batch is handed to the journal now. */
  readonly onOpen?: () => void;
  /** Set where an interrupted run goes on. */
  readonly resumption?: Resumption;
}

/** One run under way. */
export interface RunContext extends ConductorPorts {
  readonly request: RunRequest;
  readonly emitter: TraceEmitter;
  /** The prediction that the run's steps are a part of: its receipt and its meter. Absent where each stands alone. */
  readonly thread?: PredictThread;
  readonly pace: Pace;
  /** Its own share of what hedges there are. */
  readonly runPace: RunPace;
  readonly lateCosts: LateCosts;
  readonly faults: Faults;
  readonly looseEnds: LooseEnds;
  readonly tier: Tier;
  /** What an answer must pass before the panel hears of it, where the tier asks for more than grounding. */
  readonly gate?: Gate;
  readonly trust: Trust<Voice>;
  /** Chunks that only our own answer can decide take turns: early ones decide for later ones, too. */
  readonly ownAnswers: Turnstile;
  /** Where records of providers are kept. */
  readonly canaries: CanaryDesk | undefined;
  /** What chunks are asked now: a run that explores has a context for each of its questions. */
  readonly question: Question;
  /** How many lines of the input a group of findings stands for, where the question asks for a count. */
  readonly countOf: (group: string) => number | undefined;
  /** Aborted when nothing more may be asked: interrupted, deadline, quorum reached, store failed. */
  readonly signal: AbortSignal;
}
