// The events and payloads of one run out of its exported file (ledger/export/jsonl.ts), line by line, believed whole only with its end.
import { PylonError } from '../../protocol/errors.ts';

/** @param pieces of text, cut anywhere. @throws PylonError `run-folder-invalid` where the file is cut off */
export async function* runLines(pieces: AsyncIterable<string>, runId: string): AsyncGenerator<string> {
  let ended = false;
  for await (const line of linesOf(pieces)) {
    if (line.startsWith('{"end":')) ended = true;
    else if (!line.startsWith('{"format":') && !line.startsWith('{"run":')) yield line;
  }
  if (!ended) throw new PylonError('run-folder-invalid', { value: runId, reason: 'the file of the run was cut off' });
}

async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let parts: string[] = [];
  for await (const piece of pieces) {
    const lines = piece.split('\n');
    const last = lines.pop() ?? '';
    if (lines.length > 0) {
      yield parts.join('') + lines[0];
      yield* lines.slice(1);
      parts = [];
    }
    if (last !== '') parts.push(last);
  }
}
