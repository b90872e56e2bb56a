// A history in memory and an exporter over it, for tests of the formats.
import { Exporter, type ExportRequest } from '../../ledger/export/exporter.ts';
import { wholeRun } from '../../ledger/export/source.ts';
import { sha256Hex } from '../../protocol/event.ts';
import { fold, toRunRecord } from '../../protocol/fold.ts';
import type { RunRecord } from '../../protocol/run.ts';
import type { TraceEvent } from '../../protocol/trace.ts';

export interface HeldRun {
  readonly events: readonly TraceEvent[];
  readonly payloads?: readonly string[];
}

/** The part of a history that exports read, newest run first. */
export function heldHistory(runs: readonly HeldRun[]) {
  const byId = new Map(runs.map((run) => [run.events[0]!.run_id, run]));
  const records = new Map<string, RunRecord>(runs.map(({ events }) => [events[0]!.run_id, toRunRecord(fold(events))]));
  const payloads = new Map(
    runs.flatMap((run) => run.payloads ?? []).map((text) => [sha256Hex(text), Buffer.from(text)]),
  );
  return {
    async list({ limit, experiment, before }: { limit: number; experiment?: string; before?: string }) {
      return [...records.values()]
        .filter((record) => record.experiment === experiment && (before === undefined || record.id < before))
        .sort((left, right) => (left.id < right.id ? 1 : -1))
        .slice(0, limit);
    },
    get: async (id: string) => records.get(id),
    async *events(id: string) {
      yield* byId.get(id)?.events ?? [];
    },
    blob: async (hash: string) => payloads.get(hash),
  };
}

export const REDACTION_KEY = new Uint8Array(32).fill(7);

export function exporterOf(runs: readonly HeldRun[]): Exporter {
  return new Exporter({ history: heldHistory(runs), key: async () => REDACTION_KEY, version: '1.2.3' });
}

/** One run as the formats take it. */
export async function* only(events: readonly TraceEvent[]) {
  yield wholeRun(heldHistory([{ events }]), toRunRecord(fold(events)));
}

export async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

/** A whole file as text. */
export async function exported(runs: readonly HeldRun[], request: ExportRequest): Promise<string> {
  return textOf((await exporterOf(runs).file(request)).pieces);
}
