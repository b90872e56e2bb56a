// A question about a text that is given within its input, answered as one about a file: by the strategies that read through the swarm.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActiveParams } from '../../conductor/predict/options.ts';
import { pressureOf, type Route, routeOf, type StrategyChoice } from '../../conductor/predict/routing.ts';
import { LONG_CONTEXT_QA, longContextQaInputSchema } from '../../protocol/long-context.ts';
import type { PredictLimits } from '../../protocol/predict-budgets.ts';
import { homeError } from '../home.ts';
import type { PredictRequest } from '../settings/predict-request.ts';
import { runOptionsSchema } from '../settings/run-options.ts';
import type { RunRequest, StartedRun } from './port.ts';
import { namedBy } from './run-config.ts';

/** What the run calls the text. */
export const TEXT_NAME = 'input.text';

export interface TextQuestion {
  readonly query: string;
  readonly text: string;
}

/** The question of a prediction whose input brings a whole text; undefined for every other. */
export function textQuestionOf({
  signature,
  input,
}: Pick<PredictRequest, 'signature' | 'input'>): TextQuestion | undefined {
  if (signature !== LONG_CONTEXT_QA.signatureId) return undefined;
  const { data } = longContextQaInputSchema.safeParse(input);
  return data?.text === undefined ? undefined : { query: data.query, text: data.text };
}

const choiceOf = ({ strategy = 'auto' }: PredictRequest) => strategy.split('.')[0] as StrategyChoice;

/**
 * The same rule as for a run, but that the embedded engine reads a text of this size at once.
 * @param active the artifact in force; undefined for none
 */
export function routeOfText(
  request: PredictRequest,
  { text }: TextQuestion,
  hasModel: boolean,
  active: ActiveParams | undefined,
): Route {
  const asked = choiceOf(request);
  const inputBytes = Buffer.byteLength(text);
  const named = namedBy(active);
  if (asked === 'auto' && !hasModel && named.named === undefined)
    return {
      strategyId: 'direct.v1',
      reason: 'auto: no language model is there, and the embedded engine reads it at once',
    };
  const { window_tokens: windowTokens } = runOptionsSchema.parse({});
  const none = { namesRelay: false, namesTier: false, paysInEscrow: false };
  const route = routeOf({ ...named, asked, hasModel, inputBytes, windowTokens, ...none });
  return { ...route, pressure: pressureOf({ inputBytes, windowTokens }) };
}

function limitsOf({ maxTimeMs, ...limits }: PredictLimits) {
  const named = {
    deadline_s: maxTimeMs === undefined ? undefined : maxTimeMs / 1_000,
    max_iterations: limits.maxRlmIterations,
    max_lm_calls: limits.maxLmCalls,
    max_sub_calls: limits.maxSubLmCalls,
    max_tool_calls: limits.maxToolCalls,
    max_output_chars: limits.maxOutputChars,
    budget_sats: limits.maxMsat === undefined ? undefined : limits.maxMsat / 1_000,
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
}

/**
 * Begins a run that reads the text from a private file, which is gone when it is over.
 * @throws PylonError as `Engine.start` does, and `home-unwritable`
 */
export async function readText(
  request: PredictRequest,
  { query, text }: TextQuestion,
  begin: (request: RunRequest) => Promise<StartedRun>,
): Promise<StartedRun> {
  const { backend, model, sub_model, experiment, limits = {} } = request;
  const options = runOptionsSchema.parse({
    strategy: choiceOf(request),
    backend,
    ...limitsOf(limits),
    ...(model === undefined ? {} : { model }),
    ...(sub_model === undefined ? {} : { sub_model }),
    ...(experiment === undefined ? {} : { experiment }),
  });
  const folder = await mkdtemp(join(tmpdir(), 'pylon-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const location = join(folder, TEXT_NAME);
  try {
    await writeFile(location, text, { mode: 0o600 }).catch((cause: unknown) => {
      throw homeError(cause, folder);
    });
    const begun = await begin({ query, files: [location], displayNames: { [location]: TEXT_NAME }, options });
    return { ...begun, finished: begun.finished.finally(remove) };
  } catch (thrown) {
    await remove();
    throw thrown;
  }
}
