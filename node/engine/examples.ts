// The examples of this process's store. Nothing is kept in memory: without a store every call is refused.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Clock } from '../../conductor/ports.ts';
import { Examples } from '../../dse/examples/desk.ts';
import { readExampleLine } from '../../dse/examples/jsonl.ts';
import { dealt } from '../../dse/examples/split.ts';
import { ExampleTable } from '../../ledger/dse/examples.ts';
import { systemReason } from '../../ledger/store/fault.ts';
import type { Store } from '../../ledger/store/store.ts';
import { notKept } from '../../ledger/volatile/runs.ts';
import type { DseExample } from '../../protocol/dse/example.ts';
import type { ExampleImport } from '../../protocol/dse/example-list.ts';
import { PylonError } from '../../protocol/errors.ts';
import type { ExampleDesk } from './improvement-port.ts';

/** @throws PylonError `input-missing` | `input-unreadable` | `example-invalid` naming the line */
async function readLines({ file, signature, split }: ExampleImport): Promise<DseExample[]> {
  const defaults = {
    split: split === 'auto' ? ('train' as const) : split,
    ...(signature === undefined ? {} : { signatureId: signature }),
  };
  const examples: DseExample[] = [];
  let number = 0;
  try {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
      number++;
      if (line.trim() !== '') examples.push(readExampleLine(line, number, defaults));
    }
  } catch (cause) {
    if (cause instanceof PylonError) throw cause;
    const reason = systemReason(cause);
    throw new PylonError('input-unreadable', { value: file, cause, ...(reason === undefined ? {} : { reason }) });
  }
  if (examples.length === 0) throw new PylonError('input-empty', { value: file, reason: 'there is no example in it' });
  return examples;
}

/** Each signature's apart: near duplicates are those of one signature. */
function dealtOut(examples: readonly DseExample[], seed: number): DseExample[] {
  const signatures = [...new Set(examples.map(({ signatureId }) => signatureId))];
  return signatures.flatMap((id) =>
    dealt(
      examples.filter(({ signatureId }) => signatureId === id),
      seed,
    ),
  );
}

const refused = () => Promise.reject(notKept());
const NOT_KEPT: ExampleDesk = {
  list: refused,
  get: refused,
  datasets: refused,
  keep: refused,
  edit: refused,
  label: refused,
  remove: refused,
  importFile: refused,
};

/** The examples of a store. @param clock tells when a person judged one */
export function examplesIn(store: Store, clock: Pick<Clock, 'now'>): Examples {
  return new Examples(new ExampleTable(store), () => Math.floor(clock.now()));
}

/** @param examples undefined where nothing is kept */
export function exampleDesk(examples: Examples | undefined): ExampleDesk {
  if (examples === undefined) return NOT_KEPT;
  return {
    list: (selection) => examples.list(selection),
    get: (signatureId, exampleId) => examples.get(signatureId, exampleId),
    datasets: (signatureId) => examples.datasets(signatureId),
    keep: (rows) => examples.keep(rows),
    edit: (signatureId, exampleId, change) => examples.edit(signatureId, exampleId, change),
    label: (label) => examples.label(label),
    remove: (signatureId, exampleId) => examples.remove(signatureId, exampleId),
    async importFile(request) {
      const read = await readLines(request);
      return examples.keep(request.split === 'auto' ? dealtOut(read, request.seed) : read);
    },
  };
}
