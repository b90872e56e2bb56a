// What becomes of each field of each event. The compiler insists that all of them are here: a new field that nobody has
// thought about does not leave.
import type { RunError } from '../../protocol/run.ts';
import type { SpanRef } from '../../protocol/span.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { type Cutter, NO_HASH } from './cutter.ts';
import type { RedactionRule } from './rules.ts';

type Header = 'v' | 'type' | 'run_id' | 'seq' | 'timestamp_ms';
type EventOf<Type extends TraceEvent['type']> = Extract<TraceEvent, { type: Type }>;
/** What a field becomes; undefined leaves it out, where the schema lets it be left out. */
export type Cut<Value> = (value: Value, field: string) => Value | undefined;
type Fields = {
  readonly [Type in TraceEvent['type']]: {
    readonly [Field in Exclude<keyof EventOf<Type>, Header>]-?: Cut<NonNullable<EventOf<Type>[Field]>>;
  };
};
type FieldsOf<Type extends TraceEvent['type']> = Pick<Fields, Type>;

/** Numbers, and words that the schema itself lists. */
const keep = <Value>(value: Value): Value => value;

/** The ways of cutting, each for one kind of field. */
function waysOf(cut: Cutter) {
  const text =
    (...rules: RedactionRule[]) =>
    (value: string, field: string) =>
      cut.text(value, field, ...rules);
  const without =
    (...rules: RedactionRule[]) =>
    <Value>(value: Value, field: string): Value | undefined => {
      const rule = rules.find((one) => cut.rules.has(one));
      if (rule !== undefined) cut.note(rule, field, JSON.stringify(value).length);
      return rule === undefined ? value : undefined;
    };
  return {
    /** Names and ids, ours or a stranger's. */
    words: (value: string, field: string) => cut.words(value, field),
    text,
    without,
    /** What somebody said of the input. */
    told: text('input'),
    node: (value: string, field: string) => cut.node(value, field),
    hash: (value: string, field: string) => cut.hash(value, field),
    error: (value: RunError, field: string) => cut.error(value, field),
    span: (value: SpanRef, field: string) => cut.span(value, field),
    spans: (value: SpanRef[], field: string) => value.map((span) => cut.span(span, field)),
    ids: (value: string[], field: string) => value.map((id) => cut.words(id, field)),
    preimage: (value: string) => {
      cut.note('secrets', 'preimage', value.length);
      return NO_HASH;
    },
    /** What only its own home needs. */
    dropped: (value: string, field: string): string | undefined => {
      cut.note('secrets', field, value.length);
      return undefined;
    },
  };
}
type Ways = ReturnType<typeof waysOf>;

function beginning(cut: Cutter, { words, text, without, span, hash }: Ways) {
  return {
    RunInit: {
      query: text('query'),
      config: (config) => cut.config(config),
      inputs: (inputs, field) => inputs.map(({ path, bytes }) => ({ path: cut.path(path, field), bytes })),
      git_sha: without('input'),
      dataset: words,
      experiment: words,
    },
    EnvLoadFragment: { chunk: keep, span, same_as: keep, pass: keep },
    EnvSurvey: { input_hash: hash },
    EnvSelectFragments: { selected: keep, given: keep, bytes_given: keep, bytes_selected: keep, method: words },
    EnvFanOut: {
      pass: keep,
      question: text('query', 'prompts', 'input'),
      signature: words,
      first_chunk: keep,
      chunk_bytes: keep,
      bytes_given: keep,
      key: without('query', 'prompts', 'input'), // a hash of the question tells who guesses it that he is right
    },
    EnvShow: { span },
    RunResume: { times: keep },
  } satisfies FieldsOf<
    'RunInit' | 'EnvLoadFragment' | 'EnvSurvey' | 'EnvSelectFragments' | 'EnvFanOut' | 'EnvShow' | 'RunResume'
  >;
}

function asking({ words, text, told, node, error, without }: Ways) {
  return {
    SubQuerySubmit: {
      query_id: words,
      chunk: keep,
      attempt: keep,
      provider: node,
      venue: keep,
      price_msat: keep,
      model: words,
      name: text('names'),
      canary: keep,
    },
    SubQueryExecute: { query_id: words },
    SubQueryReturn: {
      query_id: words,
      ok: keep,
      latency_ms: keep,
      findings: keep,
      quotes_dropped: keep,
      usage: keep,
      request_id: without('keys'),
      output_hash: keep, // redactor.ts names what is left of the payload instead
      model: words,
      preview: told,
      error,
    },
    SubQueryTimeout: { query_id: words, after_ms: keep, reason: keep, usage: keep },
    SubQueryCancel: { query_id: words, reason: told, usage: keep },
    SubQueryHedge: { query_id: words, of: words },
    FallbackLocal: { chunk: keep, reason: told },
  } satisfies FieldsOf<
    | 'SubQuerySubmit'
    | 'SubQueryExecute'
    | 'SubQueryReturn'
    | 'SubQueryTimeout'
    | 'SubQueryCancel'
    | 'SubQueryHedge'
    | 'FallbackLocal'
  >;
}

function believing({ words, told, node, ids, without }: Ways) {
  return {
    VerifyObjective: { chunk: keep, verdict: words, query_id: words, reason: told },
    VerifyRedundant: {
      chunk: keep,
      agreement: keep,
      n: keep,
      m: keep,
      verdict: words,
      agreeing: ids,
      dissenting: ids,
      lines: keep,
      lines_dropped: keep,
    },
    VerifyAccept: { chunk: keep, query_id: words, output_hash: keep },
    VerifyReopen: { chunk: keep, reason: told },
    VerifyValidated: {
      chunk: keep,
      validator: node,
      verdict: words,
      query_id: words,
      // It signs hashes of question, text and answer, by name: it leaves whole or not at all.
      attestation: without('input', 'query', 'answer', 'keys'),
      usage: keep,
      reason: told,
    },
  } satisfies FieldsOf<'VerifyObjective' | 'VerifyRedundant' | 'VerifyAccept' | 'VerifyReopen' | 'VerifyValidated'>;
}

function paying({ words, told, node, preimage }: Ways) {
  return {
    BudgetReserve: { query_id: words, amount_msat: keep },
    BudgetSettle: { query_id: words, provider: node, amount_msat: keep, fee_reserve_msat: keep },
    BudgetRelease: { query_id: words, amount_msat: keep, reason: told },
    PayoutStart: { payout_id: words, provider: node, amount_msat: keep, run_msat: keep, query_id: words },
    PayoutSettle: { payout_id: words, preimage, fees_msat: keep },
    PayoutUnknown: { payout_id: words, reason: told },
    PayoutFailed: { payout_id: words, reason: told },
  } satisfies FieldsOf<
    | 'BudgetReserve'
    | 'BudgetSettle'
    | 'BudgetRelease'
    | 'PayoutStart'
    | 'PayoutSettle'
    | 'PayoutUnknown'
    | 'PayoutFailed'
  >;
}

function answering(cut: Cutter, { words, text, without, dropped, spans, error }: Ways) {
  const withheld = without('input', 'query', 'answer', 'prompts', 'paths', 'keys');
  return {
    Predict: {
      signature: words,
      strategy: words,
      model: words,
      latency_ms: keep,
      usage: keep,
      repairs: keep,
      error,
      receipt_id: words,
      // A receipt has paths, a trace has text of the input: they leave whole or not at all.
      receipt_hash: withheld,
      trace_hash: withheld,
      trace_parts: withheld,
      compiled_id: words,
      canary_id: words,
      canary_arm: keep,
      limits_hit: keep,
    },
    RlmIteration: {
      iteration: keep,
      action: text('prompts', 'input'),
      observation_chars: keep,
      receipt_id: words,
      depth: keep,
      detail: text('prompts', 'input'),
      spans: (spans, field) => spans.map((span) => ({ ...span, path: cut.path(span.path, field) })),
      bytes_scanned: keep,
      bytes_searched: keep,
      sub_calls: keep,
      new_evidence: keep,
      repairs: keep,
      used: keep,
      step_hash: dropped,
      latency_ms: keep,
      error,
    },
    Aggregate: { evidence: keep, citations: keep, unsupported: keep },
    RunDone: { status: keep, output: text('answer'), span_refs: spans, error },
    RunFailed: { error },
    RunAnnotate: { experiment: words, scores: (scores) => cut.scores(scores), note: text('notes') },
  } satisfies FieldsOf<'Predict' | 'RlmIteration' | 'Aggregate' | 'RunDone' | 'RunFailed' | 'RunAnnotate'>;
}

/** @param cut with at least one rule */
export function fieldsOf(cut: Cutter) {
  const ways = waysOf(cut);
  return {
    ...beginning(cut, ways),
    ...asking(ways),
    ...believing(ways),
    ...paying(ways),
    ...answering(cut, ways),
  } satisfies Fields;
}
