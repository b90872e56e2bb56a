// Runs as OpenTelemetry traces: OTLP/JSON by the GenAI conventions. A run is `invoke_workflow`, a prediction
// `invoke_agent`, a sub-query `chat`, the choice of fragments `retrieval`, a verdict an event `gen_ai.evaluation.result`;
// what the conventions have no word for is under `openagents.`. One `{"resourceSpans":[…]}` a line.
import type { QueryState } from '../../protocol/run-state.ts';
import { printSpan } from '../../protocol/span.ts';
import { factsOf, type RunFacts } from './facts.ts';
import {
  attributesOf,
  nanoseconds,
  type OtlpEvent,
  type OtlpSpan,
  real,
  SPAN_CLIENT,
  SPAN_INTERNAL,
  spanIdOf,
  statusOf,
  traceIdOf,
} from './otlp-values.ts';
import type { ExportedRun } from './source.ts';

/** Spans of one line: about half a megabyte, which every collector takes in one request. */
const SPANS_PER_LINE = 500;
const SCHEMA_URL = 'https://opentelemetry.io/schemas/1.37.0';

function workflow(run: ExportedRun, { state }: RunFacts): OtlpSpan {
  const { config, metrics, error } = run.record;
  return {
    traceId: traceIdOf(run.id),
    spanId: spanIdOf(run.id, 'run'),
    name: `invoke_workflow ${config.method}`,
    kind: SPAN_INTERNAL,
    startTimeUnixNano: nanoseconds(state.created_ms),
    endTimeUnixNano: nanoseconds(state.updated_ms),
    attributes: attributesOf({
      'gen_ai.operation.name': 'invoke_workflow',
      'gen_ai.workflow.name': config.method,
      'gen_ai.request.model': config.model,
      'gen_ai.usage.input_tokens': metrics.input_tokens,
      'gen_ai.usage.output_tokens': metrics.output_tokens,
      'error.type': error?.code,
      'openagents.run_id': run.id,
      'openagents.status': run.record.status,
      'openagents.query': run.record.query,
      'openagents.output': run.record.output,
      'openagents.citations': run.record.span_refs.map(printSpan),
      'openagents.experiment': run.record.experiment,
      'openagents.dataset': run.record.dataset,
      'openagents.strategy_id': config.strategy_id,
      'openagents.verification': config.verification,
      'openagents.fanout': config.fanout,
      'openagents.budget_sats': real(config.budget_sats),
      'openagents.cost_msat': metrics.cost_msat,
      'openagents.paid_msat': metrics.paid_msat,
      'openagents.coverage': real(metrics.coverage),
      'openagents.sub_queries': metrics.sub_queries,
      'openagents.chunks': metrics.chunks,
      'openagents.resumes': state.resumes,
    }),
    status: statusOf(state.status !== 'running', error === null ? undefined : `${error.code}: ${error.message}`),
  };
}

function retrieval(run: ExportedRun, { state, selected }: RunFacts): OtlpSpan | undefined {
  if (selected === undefined) return undefined;
  return {
    traceId: traceIdOf(run.id),
    spanId: spanIdOf(run.id, 'retrieval'),
    parentSpanId: spanIdOf(run.id, 'run'),
    name: 'retrieval input',
    kind: SPAN_INTERNAL,
    startTimeUnixNano: nanoseconds(state.created_ms),
    endTimeUnixNano: nanoseconds(selected.timestamp_ms),
    attributes: attributesOf({
      'gen_ai.operation.name': 'retrieval',
      'gen_ai.data_source.id': 'input',
      'openagents.selection': selected.method,
      'openagents.chunks_given': selected.given,
      'openagents.chunks_selected': selected.selected,
      'openagents.bytes_given': selected.bytes_given,
      'openagents.bytes_selected': selected.bytes_selected,
    }),
    status: statusOf(true),
  };
}

function agent(run: ExportedRun, event: RunFacts['predictions'][number]): OtlpSpan {
  const { signature, strategy, model, usage, latency_ms, repairs, error } = event;
  const name = /^(.*?)(?:\.v(\d+))?$/s.exec(signature);
  return {
    traceId: traceIdOf(run.id),
    spanId: spanIdOf(run.id, `predict ${event.seq}`),
    parentSpanId: spanIdOf(run.id, 'run'),
    name: `invoke_agent ${signature}`,
    kind: SPAN_INTERNAL,
    startTimeUnixNano: nanoseconds(event.timestamp_ms - latency_ms),
    endTimeUnixNano: nanoseconds(event.timestamp_ms),
    attributes: attributesOf({
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': signature,
      'gen_ai.agent.version': name?.[2],
      'gen_ai.request.model': model,
      'gen_ai.usage.input_tokens': usage.input_tokens,
      'gen_ai.usage.output_tokens': usage.output_tokens,
      'error.type': error?.code,
      'openagents.strategy_id': strategy,
      'openagents.calls': usage.calls,
      'openagents.repairs': repairs,
    }),
    status: statusOf(true, error === undefined ? undefined : `${error.code}: ${error.message}`),
  };
}

function evaluations(facts: RunFacts, query: string): OtlpEvent[] {
  return facts.evaluationsOf(query).map(({ at_ms, name, verdict, score, reason }) => ({
    timeUnixNano: nanoseconds(at_ms),
    name: 'gen_ai.evaluation.result',
    attributes: attributesOf({
      'gen_ai.evaluation.name': name,
      'gen_ai.evaluation.score.label': verdict,
      'gen_ai.evaluation.score.value': real(score),
      'gen_ai.evaluation.explanation': reason,
    }),
  }));
}

/** What the query is called wrong by: its error, or how it ended without one. */
function errorOf({ status, error }: QueryState): readonly [type: string, words: string] | undefined {
  if (error !== undefined) return [error.code, `${error.code}: ${error.message}`];
  if (status === 'timeout' || status === 'failed') return [status, status];
  return undefined;
}

function chat(run: ExportedRun, facts: RunFacts, query: QueryState): OtlpSpan {
  const { state } = facts;
  const usage = facts.usageOf(query.id);
  const model = facts.modelOf(query.id) ?? query.model;
  const error = errorOf(query);
  const span = state.chunks[query.chunk]?.span;
  const events = evaluations(facts, query.id);
  const traceId = traceIdOf(run.id);
  return {
    traceId,
    spanId: spanIdOf(run.id, `query ${query.id}`),
    parentSpanId: spanIdOf(run.id, 'run'),
    name: model === undefined ? 'chat' : `chat ${model}`,
    kind: SPAN_CLIENT,
    startTimeUnixNano: nanoseconds(query.submitted_ms),
    endTimeUnixNano: nanoseconds(Math.max(query.submitted_ms, query.ended_ms ?? state.updated_ms)),
    attributes: attributesOf({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': query.provider,
      'gen_ai.request.model': query.model ?? model,
      'gen_ai.response.model': facts.modelOf(query.id),
      'gen_ai.usage.input_tokens': usage?.input_tokens,
      'gen_ai.usage.output_tokens': usage?.output_tokens,
      'error.type': error?.[0],
      'openagents.query_id': query.id,
      'openagents.chunk': query.chunk,
      'openagents.span': span === undefined ? undefined : printSpan(span),
      'openagents.attempt': query.attempt,
      'openagents.reason': query.reason,
      'openagents.venue': query.venue,
      'openagents.provider_name': query.name,
      'openagents.status': query.status,
      'openagents.verdict': query.verdict,
      'openagents.canary': query.canary,
      'openagents.findings': query.findings,
      'openagents.latency_ms': real(query.latency_ms),
      'openagents.price_msat': query.price_msat,
      'openagents.settled_msat': query.settled_msat,
    }),
    ...(events.length === 0 ? {} : { events }),
    ...(query.hedge_of === undefined
      ? {}
      : { links: [{ traceId, spanId: spanIdOf(run.id, `query ${query.hedge_of}`) }] }),
    status: statusOf(query.ended_ms !== undefined, error?.[1]),
  };
}

function* spansOf(run: ExportedRun, facts: RunFacts): Generator<OtlpSpan> {
  yield workflow(run, facts);
  const search = retrieval(run, facts);
  if (search !== undefined) yield search;
  for (const event of facts.predictions) yield agent(run, event);
  for (const query of facts.state.queries.values()) yield chat(run, facts, query);
}

function lineOf(spans: readonly OtlpSpan[], version: string): string {
  const resource = { attributes: attributesOf({ 'service.name': 'pylon', 'service.version': version }) };
  const scopeSpans = [{ scope: { name: 'pylon', version }, spans, schemaUrl: SCHEMA_URL }];
  return `${JSON.stringify({ resourceSpans: [{ resource, scopeSpans, schemaUrl: SCHEMA_URL }] })}\n`;
}

/** The lines, each of which a collector takes as the body of one request. @param version of this Pylon */
export async function* otlp(runs: AsyncIterable<ExportedRun>, version: string): AsyncGenerator<string> {
  for await (const run of runs) {
    const facts = await factsOf(run);
    let spans: OtlpSpan[] = [];
    for (const span of spansOf(run, facts)) {
      spans.push(span);
      if (spans.length < SPANS_PER_LINE) continue;
      yield lineOf(spans, version);
      spans = [];
    }
    if (spans.length > 0) yield lineOf(spans, version);
  }
}
