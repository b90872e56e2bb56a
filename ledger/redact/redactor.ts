// Takes out of a run's events and payloads what the rules name. Every field of every event is in the table below, and the
// compiler insists on it: a new field that nobody has thought about does not leave.
import { isUtf8 } from 'node:buffer';
import { sha256Hex } from '../../protocol/event.ts';
import type { InputFile, RunRecord } from '../../protocol/run.ts';
import type { SpanRef } from '../../protocol/span.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { Cutter, NO_HASH, type Removal } from './cutter.ts';
import type { RedactionRule, RedactionRules } from './rules.ts';
import { isSecretName, SECRET_MARK } from './secrets.ts';

type Header = 'v' | 'type' | 'run_id' | 'seq' | 'timestamp_ms';
type EventOf<Type extends TraceEvent['type']> = Extract<TraceEvent, { type: Type }>;
/** What a field becomes; undefined leaves it out, where the schema lets it be left out. */
type Cut<Value> = (value: Value, field: string) => Value | undefined;
type Fields = {
  readonly [Type in TraceEvent['type']]: {
    readonly [Field in Exclude<keyof EventOf<Type>, Header>]-?: Cut<NonNullable<EventOf<Type>[Field]>>;
  };
};

export interface Redactor {
  readonly rules: RedactionRules;
  /**
   * The event without what the rules name; the same whenever and however often it is asked. It names its payload only when
   * that is given and leaves too: then by the hash of what is left of it.
   * @param payload that the event names by its `output_hash`
   */
  event(event: TraceEvent, payload?: Uint8Array): TraceEvent;
  /** What is left of a payload; undefined when nothing of it leaves. */
  payload(bytes: Uint8Array): Uint8Array | undefined;
  /** The record of the run, as it follows from its redacted events. */
  record(record: RunRecord): RunRecord;
  /** Any other text that goes along: a file's name, a heading. */
  words(text: string): string;
  /** What was taken out so far, most first; no word of it. */
  report(): readonly Removal[];
}

export interface RedactionSubject {
  readonly inputs: readonly InputFile[];
}

/** Numbers, and words that the schema itself lists. */
const keep = <Value>(value: Value): Value => value;

function fieldsOf(cut: Cutter): Fields {
  const { rules } = cut;
  const words = (value: string, field: string) => cut.words(value, field);
  const text =
    (...under: RedactionRule[]) =>
    (value: string, field: string) =>
      cut.text(value, field, ...under);
  const told = text('input');
  const node = (value: string, field: string) => cut.node(value, field);
  const error: Fields['RunFailed']['error'] = (value, field) => cut.error(value, field);
  const spans = (value: SpanRef[], field: string) => value.map((span) => cut.span(span, field));
  const ids = (value: string[], field: string) => value.map((id) => cut.words(id, field));
  const unless =
    (rule: RedactionRule) =>
    <Value>(value: Value, field: string): Value | undefined => {
      if (!rules.has(rule)) return value;
      cut.note(rule, field, String(value).length);
      return undefined;
    };
  const query_id = words;
  const payout_id = words;
  return {
    RunInit: {
      query: text('query'),
      config: (config) => cut.config(config),
      inputs: (inputs, field) => inputs.map(({ path, bytes }) => ({ path: cut.path(path, field), bytes })),
      git_sha: unless('input'),
      dataset: words,
      experiment: words,
    },
    EnvLoadFragment: { chunk: keep, span: (span, field) => cut.span(span, field), same_as: keep },
    EnvSurvey: { input_hash: (hash, field) => cut.hash(hash, field) },
    EnvSelectFragments: { selected: keep, given: keep, bytes_given: keep, bytes_selected: keep, method: words },
    SubQuerySubmit: {
      query_id,
      chunk: keep,
      attempt: keep,
      provider: node,
      venue: keep,
      price_msat: keep,
      model: words,
      name: text('names'),
      canary: keep,
    },
    SubQueryExecute: { query_id },
    SubQueryReturn: {
      query_id,
      ok: keep,
      latency_ms: keep,
      findings: keep,
      quotes_dropped: keep,
      usage: keep,
      request_id: unless('keys'),
      output_hash: keep, // redactEvent looks after it
      model: words,
      preview: told,
      error,
    },
    SubQueryTimeout: { query_id, after_ms: keep, reason: keep, usage: keep },
    SubQueryCancel: { query_id, reason: told, usage: keep },
    SubQueryHedge: { query_id, of: words },
    VerifyObjective: { chunk: keep, verdict: words, query_id, reason: told },
    VerifyRedundant: { chunk: keep, agreement: keep, n: keep, m: keep, verdict: words, agreeing: ids, dissenting: ids },
    VerifyAccept: { chunk: keep, query_id },
    VerifyReopen: { chunk: keep, reason: told },
    // An attestation signs hashes of question, text and answer, by name: it leaves whole or not at all.
    VerifyValidated: {
      chunk: keep,
      validator: node,
      verdict: words,
      query_id,
      attestation: (value, field) => {
        const rule = (['input', 'query', 'answer', 'keys'] as const).find((one) => rules.has(one));
        if (rule === undefined) return value;
        cut.note(rule, field, JSON.stringify(value).length);
        return undefined;
      },
      usage: keep,
      reason: told,
    },
    BudgetReserve: { query_id, amount_msat: keep },
    BudgetSettle: { query_id, provider: node, amount_msat: keep, fee_reserve_msat: keep },
    BudgetRelease: { query_id, amount_msat: keep, reason: told },
    PayoutStart: { payout_id, provider: node, amount_msat: keep, run_msat: keep, query_id },
    PayoutSettle: {
      payout_id,
      preimage: (value) => {
        if (rules.size === 0) return value;
        cut.note('secrets', 'preimage', value.length);
        return NO_HASH;
      },
      fees_msat: keep,
    },
    PayoutUnknown: { payout_id, reason: told },
    PayoutFailed: { payout_id, reason: told },
    FallbackLocal: { chunk: keep, reason: told },
    Predict: { signature: words, strategy: words, model: words, latency_ms: keep, usage: keep, repairs: keep, error },
    RlmIteration: { iteration: keep, action: text('prompts', 'input'), observation_chars: keep },
    Aggregate: { evidence: keep, citations: keep, unsupported: keep },
    RunDone: { status: keep, output: text('answer'), span_refs: spans, error },
    RunFailed: { error },
    RunResume: { times: keep },
    RunAnnotate: {
      experiment: words,
      scores: (scores) => cut.scores(scores),
      note: text('notes'),
    },
  };
}

/** Our own one-word reasons (`late`, `provider-struck`): they tell nothing of the input, and a timeline needs them. */
const OWN_REASONS = new Set(
  'late no-providers budget answer-lost provider-struck job-timeout job-failed job-cancelled retry hedge rejected'.split(
    ' ',
  ),
);

class RunRedactor implements Redactor {
  readonly rules: RedactionRules;
  readonly #cut: Cutter;
  readonly #fields: Fields;

  constructor(rules: RedactionRules, subject: RedactionSubject, key: Uint8Array) {
    this.rules = rules;
    this.#cut = new Cutter({ rules, inputs: subject.inputs, key });
    this.#fields = fieldsOf(this.#cut);
  }

  event(event: TraceEvent, payload?: Uint8Array): TraceEvent {
    if (this.rules.size === 0) return event;
    const cuts = this.#fields[event.type] as Readonly<Record<string, Cut<unknown>>>;
    const left: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(event)) {
      if (['v', 'type', 'run_id', 'seq', 'timestamp_ms'].includes(name)) left[name] = value;
      else if (value === null || (name === 'reason' && OWN_REASONS.has(String(value)))) left[name] = value;
      else left[name] = cuts[name]?.(value, `${event.type}.${name}`);
      if (left[name] === undefined) delete left[name];
    }
    if (event.type === 'RunInit') left.git_sha ??= null;
    if (event.type === 'SubQueryReturn' && event.output_hash !== undefined) {
      const kept = payload === undefined ? undefined : this.payload(payload);
      if (kept === undefined) delete left.output_hash;
      else left.output_hash = sha256Hex(kept);
    }
    return left as TraceEvent;
  }

  payload(bytes: Uint8Array): Uint8Array | undefined {
    if (this.rules.size === 0) return bytes;
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.rules.has('input') || this.rules.has('answer') || !isUtf8(buffer)) {
      this.#cut.note('input', 'payload', bytes.byteLength);
      return undefined;
    }
    return Buffer.from(this.#document(buffer.toString()));
  }

  /** What is JSON is read as such: an escape inside it would hide a secret. */
  #document(text: string): string {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return this.words(text); // it is not JSON, so it is plain text
    }
    return JSON.stringify(value, (name, member: unknown) => {
      if (typeof member === 'string') return isSecretName(name) ? SECRET_MARK : this.words(member);
      if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
      const entries = Object.entries(member).map(([name, inner]) => [this.words(name), inner] as const);
      return Object.fromEntries(entries);
    });
  }

  record(record: RunRecord): RunRecord {
    if (this.rules.size === 0) return record;
    const { RunInit: init, RunDone: done } = this.#fields;
    const { note } = this.#fields.RunAnnotate;
    const { git_sha, dataset, experiment, output, error } = record;
    return {
      ...record,
      query: init.query(record.query, 'RunInit.query') ?? '',
      config: this.#cut.config(record.config),
      inputs: init.inputs(record.inputs, 'RunInit.inputs') ?? [],
      git_sha: git_sha === null ? null : (init.git_sha(git_sha, 'RunInit.git_sha') ?? null),
      dataset: dataset === null ? null : this.words(dataset),
      experiment: experiment === null ? null : this.words(experiment),
      output: output === null ? null : (done.output(output, 'RunDone.output') ?? null),
      span_refs: done.span_refs(record.span_refs, 'RunDone.span_refs') ?? [],
      error: error === null ? null : this.#cut.error(error, 'RunDone.error'),
      ...(record.scores === undefined ? {} : { scores: this.#cut.scores(record.scores) }),
      ...(typeof record.note === 'string' ? { note: note(record.note, 'RunAnnotate.note') ?? null } : {}),
    };
  }

  words(text: string): string {
    return this.#cut.words(text, 'text');
  }

  report(): readonly Removal[] {
    return this.#cut.removals().sort((left, right) => right.count - left.count);
  }
}

/**
 * @param subject the run's record; only what its first event says is read
 * @param key 32 bytes that only this home knows, the same for all its exports
 */
export function redactor(rules: RedactionRules, subject: RedactionSubject, key: Uint8Array): Redactor {
  return new RunRedactor(rules, subject, key);
}
