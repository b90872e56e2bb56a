// Which strategy a run goes by, where `auto` may ask what was learnt: SelectStrategy.v1 is predicted by the artifact in force and the embedded
// engine, which costs nothing and asks nobody. Its receipt stands in the run's trace, right behind its beginning.
import type { Backend, Corpus } from '../../conductor/ports.ts';
import { featuresOf } from '../../conductor/predict/input-features.ts';
import type { ActiveParams, Artifacts } from '../../conductor/predict/options.ts';
import { Prediction } from '../../conductor/predict/predict.ts';
import { asksSelected, type Route, routeOf, type Selected, type Situation } from '../../conductor/predict/routing.ts';
import { HeldTrace } from '../../conductor/run/held-trace.ts';
import { inputBytes } from '../../protocol/input-bytes.ts';
import { DEFAULT_COMPILED_ID } from '../../protocol/predict-params.ts';
import { SELECT_STRATEGY, type SelectStrategyOutput } from '../../protocol/select-strategy.ts';
import type { EngineOptions, RunRequest } from './port.ts';
import { situationOf } from './run-config.ts';

export interface ChoosingParts {
  readonly options: Pick<EngineOptions, 'clock' | 'random'>;
  /** One line for whoever runs this process. */
  readonly notice: EngineOptions['notice'];
  /** The embedded engine. */
  readonly engine: Backend;
  /** What is in force; absent where nothing is kept. */
  readonly artifacts?: Artifacts;
}

export interface AskedRun {
  readonly runId: string;
  readonly request: RunRequest;
  readonly corpus: Corpus;
  /** Of LongContextQa; undefined for none. */
  readonly active: ActiveParams | undefined;
  readonly hasModel: boolean;
}

export interface ChosenRoute {
  readonly route: Route;
  /** The receipt of the choice; absent where nothing was predicted. */
  readonly opening?: HeldTrace;
}

/** @throws PylonError `input-changed` | `input-unreadable` */
export async function chooseRoute(parts: ChoosingParts, asked: AskedRun, signal: AbortSignal): Promise<ChosenRoute> {
  const { request, corpus, active, hasModel } = asked;
  const situation = situationOf(request.options, hasModel, inputBytes(corpus.files), active);
  // Whatever the key: also where a canary runs and nothing else is in force.
  const isAsked =
    asksSelected(situation) && parts.artifacts?.active(SELECT_STRATEGY.signatureId, () => asked.runId) !== undefined;
  return isAsked ? predicted(parts, asked, situation, signal) : { route: routeOf(situation) };
}

async function predicted(
  { options, engine, artifacts, notice }: ChoosingParts,
  { runId, request: { query }, corpus }: AskedRun,
  situation: Situation,
  signal: AbortSignal,
): Promise<ChosenRoute> {
  const features = await featuresOf(corpus, situation.windowTokens);
  const ports = { clock: options.clock, random: options.random, backend: engine };
  const wanted = { signatureId: SELECT_STRATEGY.signatureId, input: { query, features } };
  const prediction = new Prediction({ ...ports, ...(artifacts === undefined ? {} : { artifacts }) }, wanted);
  const opening = new HeldTrace(runId);
  const { outcome } = await prediction.run(opening, signal);
  if (outcome.kind === 'failed') {
    notice(`the table of rules chooses the strategy: ${outcome.error.message}`);
    return { route: routeOf(situation), opening };
  }
  const { strategy } = outcome.output as SelectStrategyOutput;
  // Without an artifact it predicts that same table, whose own words are the better reason.
  const { compiledId } = prediction.active;
  const selected: { selected?: Selected } =
    compiledId === DEFAULT_COMPILED_ID ? {} : { selected: { strategy, compiledId } };
  return { route: routeOf({ ...situation, ...selected }), opening };
}
