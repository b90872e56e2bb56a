// Examples of LongContextQa.v1 about logs: a question, a log, and the line that answers it. Each side of the split asks in wordings of its
// own, as far as there are any (incident-kinds.ts).
import type { DseExample, Split } from '../../../protocol/dse/example.ts';
import { LONG_CONTEXT_QA } from '../../../protocol/long-context.ts';
import { Stream } from '../../../test/simulation/swarm/streams.ts';
import type { TaskInstance } from '../task.ts';
import { drawIncidentTask, SHARES, weighed } from './draw.ts';

const SIZES = [32_000, 64_000, 128_000, 256_000];

export interface LogTask {
  readonly task: TaskInstance;
  readonly split: Split;
}

/** No two of them ask the same: by its question a prompt is known. */
export function drawLogTasks(seed: number, count: number): LogTask[] {
  const drawn = new Map<string, LogTask>();
  for (let number = 0; drawn.size < count; number++) {
    const stream = new Stream(seed, `log ${number}`);
    const split = weighed(stream, SHARES);
    const bytes = stream.pick(SIZES);
    const task = drawIncidentTask(stream, seed * 100_000 + number, bytes, split);
    if (!drawn.has(task.question)) drawn.set(task.question, { task, split });
  }
  return [...drawn.values()];
}

export function logExample({ task, split }: LogTask): DseExample {
  const text = task.files.flatMap(({ pieces }) => [...pieces()]).join('');
  const lines = text.split('\n');
  const evidence = task.evidence.map(({ startLine }, index) => ({
    n: index + 1,
    quote: lines[startLine - 1]!,
    line: startLine,
  }));
  return {
    exampleId: `bench:${task.id}`,
    signatureId: LONG_CONTEXT_QA.signatureId,
    inputJson: { query: task.question, text },
    expectedJson: { answer: `${task.expected} [1]`, evidence },
    split,
    tags: ['bench', 'suite:incidents'],
    review: 'approved',
    meta: { kind: 'pylon.bench.log_lines.v1', task: task.id },
  };
}
