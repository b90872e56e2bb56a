// What the open run folder holds. It can be read without Pylon: JSON, lines of JSON and plain text. Everything
// in it but the payloads (outputs.ts) follows from trace.jsonl, so that a folder imported and exported again is
// the same to the byte.
import { join } from 'node:path';
import type { RunRecord } from '../../protocol/run.ts';
import type { TraceEvent } from '../../protocol/trace.ts';

export const TRACE_FILE = 'trace.jsonl';
export const CONFIG_FILE = 'config.json';
export const ARTIFACTS_FOLDER = 'artifacts';

export const outputsPath = (folder: string) => join(folder, ARTIFACTS_FOLDER, 'outputs.jsonl');

function document(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** One line of trace.jsonl. */
export function traceLine(event: TraceEvent): string {
  return `${JSON.stringify(event)}\n`;
}

/** Name and text of the small files: what was asked, what came of it, and the answer. */
export function summaryFiles(record: RunRecord): readonly (readonly [name: string, text: string])[] {
  const { id, created_at, query, config, inputs, git_sha, dataset, experiment } = record;
  const { status, metrics, cost_sats, tokens_used, span_refs, error, output, scores, note } = record;
  return [
    ['output.txt', output ?? ''],
    ['metrics.json', document({ status, metrics, cost_sats, tokens_used, span_refs, error, scores, note })],
    [CONFIG_FILE, document({ id, created_at, query, config, inputs, git_sha, dataset, experiment })],
  ];
}
