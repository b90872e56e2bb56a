// One file with any number of runs, a JSON document a line: the same lines as the open folder's trace.jsonl and
// outputs.jsonl, between a line that opens each run and one that counts what it had, so that a cut is noticed.
import { payloadsOf } from '../traces.ts';
import { ahead } from './ahead.ts';
import { traceLine } from './layout.ts';
import { outputLine } from './outputs.ts';
import { ownText } from './own-text.ts';
import { type ExportedRun, READS_AHEAD } from './source.ts';

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
      for (const hash of payloadsOf(event)) hashes.add(ownText(hash));
      events++;
      yield traceLine(event);
    }
    let payloads = 0;
    const payloadLine = async (hash: string) => {
      const bytes = await run.payload(hash);
      return bytes === undefined ? undefined : outputLine(hash, bytes);
    };
    for await (const text of ahead(hashes, READS_AHEAD, payloadLine)) {
      if (text === undefined) continue;
      payloads++;
      yield text;
    }
    yield line({ end: run.id, events, payloads });
  }
}
