// What every export reads: one run, its events in order and its payloads, as they are or as the rules leave them. The
// formats do not know which, so none of them can forget to redact.
import type { RunRecord } from '../../protocol/run.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { type Redactor, redactor } from '../redact/redactor.ts';
import { NO_REDACTION, type RedactionRules } from '../redact/rules.ts';
import { payloadsOf } from '../traces.ts';
import { ahead } from './ahead.ts';
import { ownText } from './own-text.ts';

/** Payloads read at once. */
export const READS_AHEAD = 32;

/** The part of the history that an export reads. */
export interface ExportedHistory {
  events(id: string, fromSeq?: number): AsyncIterable<TraceEvent>;
  blob(hash: string): Promise<Uint8Array | undefined>;
}

export interface ExportedRun {
  readonly id: string;
  readonly record: RunRecord;
  /** May be read more than once. @throws PylonError `store-corrupt` */
  events(): AsyncIterable<TraceEvent>;
  /** A payload that one of the events names; undefined when it is not kept. */
  payload(hash: string): Promise<Uint8Array | undefined>;
}

export class RedactedRun implements ExportedRun {
  readonly id: string;
  readonly record: RunRecord;
  readonly #history: ExportedHistory;
  readonly #redactor: Redactor;
  /** Hash of what is left of a payload → hash of the payload. */
  readonly #originals = new Map<string, string>();

  /** @param key 32 bytes that only this home knows */
  constructor(history: ExportedHistory, record: RunRecord, rules: RedactionRules, key: Uint8Array) {
    this.id = record.id;
    this.#history = history;
    this.#redactor = redactor(rules, record, key);
    this.record = this.#redactor.record(record);
  }

  get rules(): RedactionRules {
    return this.#redactor.rules;
  }

  async *events(): AsyncGenerator<TraceEvent> {
    const { rules } = this;
    const events = this.#history.events(this.id);
    if (rules.size === 0) yield* events;
    else if (rules.has('input') || rules.has('answer'))
      for await (const event of events) yield this.#redactor.event(event); // no payload stays
    else yield* ahead(events, READS_AHEAD, (event) => this.#withPayloads(event));
  }

  async #withPayloads(event: TraceEvent): Promise<TraceEvent> {
    const payloads = new Map<string, Uint8Array>();
    for (const hash of payloadsOf(event)) {
      const bytes = await this.#history.blob(hash);
      if (bytes !== undefined) payloads.set(hash, bytes);
    }
    const left = this.#redactor.event(event, payloads);
    if (event.type === 'SubQueryReturn' && left.type === 'SubQueryReturn') {
      const [hash, leftHash] = [event.output_hash, left.output_hash];
      if (hash !== undefined && leftHash !== undefined) this.#originals.set(leftHash, ownText(hash));
    }
    return left;
  }

  async payload(hash: string): Promise<Uint8Array | undefined> {
    const bytes = await this.#history.blob(this.#originals.get(hash) ?? hash);
    return bytes === undefined ? undefined : this.#redactor.payload(bytes);
  }

  /** What was taken out of all that was read so far. */
  report(): ReturnType<Redactor['report']> {
    return this.#redactor.report();
  }
}

/** The run as it is. */
export function wholeRun(history: ExportedHistory, record: RunRecord): RedactedRun {
  return new RedactedRun(history, record, NO_REDACTION, new Uint8Array());
}
