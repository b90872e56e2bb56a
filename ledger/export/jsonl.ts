// One file with any number of runs, a JSON document a line: the same lines as the open folder's trace.jsonl and
// outputs.jsonl, between a line that opens each run and one that counts what it had, so that a cut is noticed.
import { payloadOf } from '../traces.ts';
import { traceLine } from './layout.ts';
import { outputLine } from './outputs.ts';
import type { ExportedRun } from './source.ts';

export const JSONL_HEADER = { format: 'pylon.runs', v: 1 } as const;

const line = (value: unknown) => `${JSON.stringify(value)}\n`;

/** The file, line by line. @throws PylonError `store-corrupt` */
export async function* jsonl(runs: AsyncIterable<ExportedRun>): AsyncGenerator<string> {
  yield line(JSONL_HEADER);
  for await (const run of runs) {
    yield line({ run: run.id });
    const hashes = new Set<string>();
    let events = 0;
    for await (const event of run.events()) {
      const hash = payloadOf(event);
      if (hash !== undefined) hashes.add(hash);
      events++;
      yield traceLine(event);
    }
    let payloads = 0;
    for (const hash of hashes) {
      const bytes = await run.payload(hash);
      if (bytes === undefined) continue;
      payloads++;
      yield outputLine(hash, bytes);
    }
    yield line({ end: run.id, events, payloads });
  }
}
