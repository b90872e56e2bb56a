// Takes out of a run's events, payloads and record what the rules name (fields.ts), the same way whenever it is asked.
import { isUtf8 } from 'node:buffer';
import { sha256Hex } from '../../protocol/event.ts';
import type { InputFile, RunRecord } from '../../protocol/run.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { Cutter, type Removal } from './cutter.ts';
import { type Cut, fieldsOf } from './fields.ts';
import type { RedactionRules } from './rules.ts';
import { isSecretName, SECRET_MARK } from './secrets.ts';

export interface Redactor {
  readonly rules: RedactionRules;
  /**
   * The event without what the rules name; the same whenever and however often it is asked. It names a payload only when
   * that is given and leaves too: an answer by the hash of what is left of it, a receipt and an exploration whole or not at all.
   * @param payloads that the event names, by their hash
   */
  event(event: TraceEvent, payloads?: ReadonlyMap<string, Uint8Array>): TraceEvent;
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

/** Our own one-word reasons (`late`, `provider-struck`): they tell nothing of the input, and a timeline needs them. */
const OWN_REASONS = new Set(
  'late no-providers budget answer-lost provider-struck job-timeout job-failed job-cancelled retry hedge rejected'.split(
    ' ',
  ),
);

const NO_PAYLOADS: ReadonlyMap<string, Uint8Array> = new Map();

class RunRedactor implements Redactor {
  readonly rules: RedactionRules;
  readonly #cut: Cutter;
  readonly #fields: ReturnType<typeof fieldsOf>;

  constructor(rules: RedactionRules, subject: RedactionSubject, key: Uint8Array) {
    this.rules = rules;
    this.#cut = new Cutter({ rules, inputs: subject.inputs, key });
    this.#fields = fieldsOf(this.#cut);
  }

  event(event: TraceEvent, payloads: ReadonlyMap<string, Uint8Array> = NO_PAYLOADS): TraceEvent {
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
    if (event.type === 'Predict') this.#withoutCut(left, event, payloads);
    if ('output_hash' in event && event.output_hash !== undefined) {
      const payload = payloads.get(event.output_hash);
      const kept = payload === undefined ? undefined : this.payload(payload);
      if (kept === undefined) delete left.output_hash;
      else left.output_hash = sha256Hex(kept);
    }
    return left as TraceEvent;
  }

  /** A receipt and its exploration name each other by hash: of what would be cut the event tells nothing. */
  #withoutCut(
    left: Record<string, unknown>,
    { receipt_hash, trace_hash, trace_parts = [] }: Extract<TraceEvent, { type: 'Predict' }>,
    payloads: ReadonlyMap<string, Uint8Array>,
  ): void {
    const isWhole = (hash: string | undefined) => {
      const bytes = hash === undefined ? undefined : payloads.get(hash);
      const kept = bytes === undefined ? undefined : this.payload(bytes);
      return kept !== undefined && sha256Hex(kept) === hash;
    };
    const leaves = left.receipt_hash !== undefined && isWhole(receipt_hash);
    if (!leaves) delete left.receipt_hash;
    if (leaves && isWhole(trace_hash) && trace_parts.every(isWhole)) return;
    delete left.trace_hash;
    delete left.trace_parts;
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
