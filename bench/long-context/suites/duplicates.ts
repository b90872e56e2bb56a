// The same text many times over: twelve files of which only four differ. Each copy counts in the answer; none need be asked twice.
import { Stream } from '../../../test/simulation/swarm/streams.ts';
import { type Computation, type PlannedTask, type Suite, surveyed, type TaskInstance } from '../task.ts';
import { KIND_NAMES } from './kinds.ts';
import { RECORDS_PREAMBLE, recordReader } from './record-reader.ts';
import { recordsFile, recordsOf, Tally } from './records.ts';

const FILES = 12;
export const DISTINCT_FILES = 4;

function task(id: string, seed: number, bytes: number): TaskInstance {
  const kind = KIND_NAMES[new Stream(seed, id).integer(KIND_NAMES.length)]!;
  const compute: Computation = { kind: 'count', where: [{ field: 'kind', is: kind }] };
  const tally = new Tally(compute);
  const plans = Array.from({ length: FILES }, (_, file) => ({
    seed: seed + (file % DISTINCT_FILES),
    bytes: Math.floor(bytes / FILES),
    users: 20,
  }));
  for (const plan of plans) for (const record of recordsOf(plan)) tally.add(record);
  const files = plans.map((plan, file) => recordsFile(`copy-${String(file + 1).padStart(2, '0')}.txt`, plan));
  return {
    id,
    suite: 'duplicates',
    seed,
    question: `${RECORDS_PREAMBLE} How many records in all files together, each copy counted, are of the kind ${kind}? Answer with the number alone.`,
    files,
    bytes: surveyed(files),
    expected: tally.words(),
    evidence: [],
    scoring: { kind: 'count', count: tally.count },
    reader: recordReader(compute),
  };
}

export const DUPLICATES: Suite = {
  name: 'duplicates',
  about: 'twelve files of records of which four differ',
  isSized: true,
  plan: (seed, bytes): PlannedTask[] => {
    const id = `copies-${bytes}-${seed}`;
    return [{ id, suite: 'duplicates', bytes, make: () => task(id, seed, bytes) }];
  },
};
