// Every signature that can be predicted: what it is for, its prompt, and the parameters that hold where no artifact is active.
import { DEFAULT_COMPILED_ID, type PredictParams } from '../../protocol/predict-params.ts';
import type { Signature } from '../../protocol/signature.ts';
import type { ActiveParams, Artifacts } from '../predict/options.ts';
import type { ModelPrompt } from '../predict/prompt.ts';
import { EXTRACTOR_PROMPT } from './extractor.ts';
import { JUDGE_PROMPT } from './judge.ts';
import { LONG_CONTEXT_QA_PROMPT } from './long-context-qa.ts';
import { PROPOSE_PROMPT } from './propose.ts';
import { RECORDS_PROMPT } from './records.ts';
import { REDUCER_PROMPT } from './reducer.ts';
import { ROUTER_PROMPT } from './router.ts';
import { SELECT_STRATEGY_PROMPT } from './select-strategy.ts';
import { SUMMARIZE_PROMPT } from './summarize.ts';
import { VERIFIER_PROMPT } from './verifier.ts';

export interface CatalogueEntry {
  readonly signature: Signature<unknown, unknown>;
  /** What it is for, in one line. */
  readonly about: string;
  readonly prompt: ModelPrompt<unknown, unknown>;
  readonly defaults: PredictParams;
}

/** A step is asked directly, and once more where its answer has not the form. */
const STEP: PredictParams = { decode: 'jsonish', repairsMax: 1, strategyId: 'direct.v1', budgets: {} };

/** What an exploration may use unless somebody says otherwise: enough for a question about a hundred megabytes. */
const EXPLORING: PredictParams = {
  ...STEP,
  strategyId: 'auto',
  budgets: { maxLmCalls: 64, maxToolCalls: 64, maxOutputChars: 1_000_000, maxRlmIterations: 24, maxSubLmCalls: 4_096 },
};

function entry<Input, Output>(
  prompt: ModelPrompt<Input, Output>,
  about: string,
  defaults: PredictParams = STEP,
): CatalogueEntry {
  // Whoever uses it gives it only what the signature's own schema let through.
  const erased = prompt as unknown as ModelPrompt<unknown, unknown>;
  return { signature: erased.signature, about, prompt: erased, defaults };
}

const ENTRIES: readonly CatalogueEntry[] = [
  entry(ROUTER_PROMPT, 'Which parts of a long text are worth asking, by their outlines'),
  entry(EXTRACTOR_PROMPT, 'What one part of a text says about a question, in exact quotes'),
  entry(RECORDS_PROMPT, 'What each line of one part of a text says, as values of given fields'),
  entry(REDUCER_PROMPT, 'Numbered evidence to one answer that cites it'),
  entry(VERIFIER_PROMPT, 'Whether every claim of an answer is carried by what it cites'),
  entry(SUMMARIZE_PROMPT, 'A thread or a text in a few sentences that name what they stand on'),
  entry(SELECT_STRATEGY_PROMPT, 'Which strategy answers a question about an input right and at least cost'),
  entry(LONG_CONTEXT_QA_PROMPT, 'A question about a long text or its evidence, answered with exact quotes', EXPLORING),
  entry(JUDGE_PROMPT, 'How good an output is, by a rubric and beside the one that was expected'),
  entry(PROPOSE_PROMPT, 'Better instructions for a signature, from the cases in which those it has failed'),
];

const BY_ID = new Map(ENTRIES.map((one) => [one.signature.signatureId, one]));

/** All of them, in the order in which a query meets them. */
export function catalogue(): readonly CatalogueEntry[] {
  return ENTRIES;
}

export function catalogueEntry(signatureId: string): CatalogueEntry | undefined {
  return BY_ID.get(signatureId);
}

/** What is in force for a signature: the artifact that is active for it, else its defaults. @param key as for `Artifacts.active` */
export function activeParams(signatureId: string, artifacts?: Artifacts, key?: () => string): ActiveParams {
  return artifacts?.active(signatureId, key) ?? defaultParams(signatureId);
}

/** Those that hold where no artifact is active. */
export function defaultParams(signatureId: string): ActiveParams {
  return { compiledId: DEFAULT_COMPILED_ID, params: BY_ID.get(signatureId)?.defaults ?? STEP };
}
