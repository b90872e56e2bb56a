// The embedded engine as a backend: the signatures without a model. It ranks and copies, it never invents, and
// the same input always gives the same output.
import { type Backend, type Prediction, PredictionFailed } from '../../conductor/ports.ts';
import { fitFindings } from '../../conductor/predict/fit.ts';
import type { PredictOptions } from '../../conductor/predict/options.ts';
import { answerFrom, NOTHING_FOUND } from '../../conductor/search/answer.ts';
import { type ChunkContext, plainContext } from '../../conductor/search/context.ts';
import { parsePlan, type SearchPlan } from '../../conductor/search/plan.ts';
import { analyseQuery } from '../../conductor/search/query.ts';
import { rankChunk } from '../../conductor/search/rank.ts';
import { CorpusStatistics } from '../../conductor/search/statistics.ts';
import { contextOfJob } from '../../conductor/signatures/chunk-context.ts';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import { CITATIONS_MAX, OUTPUT_CHARS_MAX } from '../../protocol/limits.ts';
import { LONG_CONTEXT_QA, SUMMARIZE } from '../../protocol/long-context.ts';
import type { FewShot } from '../../protocol/predict-params.ts';
import { RECORDS } from '../../protocol/records.ts';
import { SELECT_STRATEGY } from '../../protocol/select-strategy.ts';
import {
  ENGINE_NAME,
  EXTRACTOR,
  type ExtractorInput,
  type ExtractorOutput,
  NO_USAGE,
  REDUCER,
  type ReducerInput,
  type ReducerOutput,
  ROUTER,
  type RouterInput,
  type RouterOutput,
  type Signature,
  VERIFIER,
} from '../../protocol/signature.ts';
import { answerLong, summarise } from './extract-long.ts';
import { extractRecords } from './extract-records.ts';
import { selectNearest } from './select-nearest.ts';
import { verifyExtracts } from './verify-extracts.ts';

/** Plans kept ready: all chunks of a run bring the same one, and a provider serves a few runs at a time. */
const PLANS_KEPT = 16;

/** A backend that needs nothing but the CPU. `predict` throws PredictionFailed `job-invalid`, `job-unsupported` or, once aborted, `job-cancelled`. */
export function extractiveBackend(): Backend {
  const plans = new Map<string, SearchPlan>();
  const extract = (input: ExtractorInput) => extractFindings(input, plans);
  return {
    name: ENGINE_NAME,
    async predict<Input, Output>(
      signature: Signature<Input, Output>,
      input: Input,
      { signal, params }: PredictOptions,
    ): Promise<Prediction<Output>> {
      try {
        if (signal.aborted) throw new PylonError('job-cancelled', { cause: signal.reason });
        const output = dispatch(signature.signatureId, input, extract, params?.fewShot);
        return { output: output as Output, usage: NO_USAGE, repairs: 0 };
      } catch (error) {
        throw new PredictionFailed(toPylonError(error), NO_USAGE, 0);
      }
    },
  };
}

function dispatch(
  signatureId: string,
  input: unknown,
  extract: (input: ExtractorInput) => ExtractorOutput,
  examples: readonly FewShot[] | undefined,
): unknown {
  switch (signatureId) {
    case EXTRACTOR.signatureId:
      return extract(checked(EXTRACTOR, input));
    case RECORDS.signatureId:
      return extractRecords(checked(RECORDS, input));
    case ROUTER.signatureId:
      return routeByScore(checked(ROUTER, input));
    case REDUCER.signatureId:
      return reduceToQuotes(checked(REDUCER, input));
    case VERIFIER.signatureId:
      return verifyExtracts(checked(VERIFIER, input));
    case SUMMARIZE.signatureId:
      return summarise(checked(SUMMARIZE, input));
    case LONG_CONTEXT_QA.signatureId:
      return answerLong(checked(LONG_CONTEXT_QA, input), { extract: ofText(extract), reduce: reduceToQuotes });
    case SELECT_STRATEGY.signatureId:
      return selectNearest(checked(SELECT_STRATEGY, input), examples);
    default:
      throw new PylonError('job-unsupported', { value: signatureId });
  }
}

function ofText(extract: (input: ExtractorInput) => ExtractorOutput) {
  return (query: string, text: string) => extract({ query, text, max_output_chars: OUTPUT_CHARS_MAX }).findings;
}

function checked<Input>(signature: Signature<Input, unknown>, input: unknown): Input {
  const parsed = signature.input.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const reason = `the input of ${signature.signatureId} is malformed: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`;
  throw new PylonError('job-invalid', { reason });
}

function extractFindings(input: ExtractorInput, plans: Map<string, SearchPlan>): ExtractorOutput {
  const given = input.terms === undefined ? undefined : planOf(input.terms, plans);
  const around = contextOfJob(input);
  const { plan, context } = given && around ? { plan: given, context: around } : surveyChunk(input, given, around);
  const findings = rankChunk(input.text, plan, context).map((candidate) => ({
    quote: candidate.quote,
    line: candidate.startLine + 1,
    score: candidate.score,
    group: candidate.groupKey,
  }));
  return { findings: fitFindings(findings, input.max_output_chars) };
}

function planOf(terms: string, plans: Map<string, SearchPlan>): SearchPlan {
  const known = plans.get(terms);
  if (known) return known;
  const plan = parsePlan(terms);
  const oldest = plans.keys().next();
  if (plans.size >= PLANS_KEPT && !oldest.done) plans.delete(oldest.value);
  plans.set(terms, plan);
  return plan;
}

/** A job without a plan or context (the open form): the chunk is all there is, so what is missing is read from it. */
function surveyChunk(input: ExtractorInput, plan: SearchPlan | undefined, context: ChunkContext | undefined) {
  const statistics = new CorpusStatistics(analyseQuery(input.query));
  statistics.observe(input.text);
  statistics.endFile();
  return {
    plan: plan ?? statistics.plan(),
    context: context ?? plainContext(input.text, statistics.kindOf(0)),
  };
}

/** The fragments with the best scores; equal ones in the order of the input. */
function routeByScore({ fragments, select_max: selectMax }: RouterInput): RouterOutput {
  const ranked = [...fragments].sort((one, other) => other.score - one.score || one.index - other.index);
  return { selected: ranked.slice(0, selectMax).map((fragment) => fragment.index) };
}

/** The evidence comes ranked; the answer quotes the best of it and cites the rest. */
function reduceToQuotes({ query, evidence }: ReducerInput): ReducerOutput {
  const cited = evidence.slice(0, CITATIONS_MAX);
  if (cited.length === 0) return { answer: NOTHING_FOUND, citations: [] };
  const candidates = cited.map(({ quote, n, count }, index) => ({
    file: 0,
    startLine: index + 1,
    startByte: index,
    score: cited.length - index,
    groupKey: String(n),
    quote,
    count,
  }));
  const { text, order } = answerFrom(candidates, { hints: analyseQuery(query).hints });
  const citations = order.map((index) => cited[index]!.n);
  const answer = text.replace(/ \[(\d+)\]$/gm, (_, place: string) => ` [${citations[Number(place) - 1] ?? place}]`);
  return { answer: answer.slice(0, OUTPUT_CHARS_MAX) || NOTHING_FOUND, citations };
}
