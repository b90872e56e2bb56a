// Which tasks become examples of SelectStrategy: drawn from all suites by a seed, of several sizes and for several windows, in other words
// than the suites ask.
import type { Split } from '../../../protocol/dse/example.ts';
import { Stream } from '../../../test/simulation/swarm/streams.ts';
import { suiteOf } from '../suites/catalogue.ts';
import { INCIDENT_KINDS } from '../suites/incident-kinds.ts';
import { incidentTask } from '../suites/incidents.ts';
import type { TaskInstance } from '../task.ts';
import { reworded } from './wordings.ts';

/** How often a suite is drawn, beside the others. */
const FAMILIES: readonly (readonly [suite: string, weight: number])[] = [
  ['s-niah', 4],
  ['niah-blind', 4],
  ['oolong', 8],
  ['oolong-pairs', 2],
  ['labels', 2],
  ['duplicates', 2],
  ['unicode', 2],
  ['incidents', 5],
  ['log-qa', 1],
  ['repo-qa', 2],
];
const SIZES = [4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000];
/** Of windows that people have: a small local model to a large one. */
const WINDOWS = [8_192, 16_384, 32_768, 65_536];
export const SHARES: readonly (readonly [Split, number])[] = [
  ['train', 0.45],
  ['dev', 0.25],
  ['holdout', 0.3],
];

export interface DrawnTask {
  readonly exampleId: string;
  readonly split: Split;
  readonly windowTokens: number;
  readonly task: TaskInstance;
}

export function weighed<Item>(stream: Stream, items: readonly (readonly [Item, number])[]): Item {
  const total = items.reduce((sum, [, weight]) => sum + weight, 0);
  let left = stream.fraction() * total;
  for (const [item, weight] of items) {
    left -= weight;
    if (left < 0) return item;
  }
  return items.at(-1)![0];
}

/** Which of an incident's four wordings each side asks by; the last one, in other words than the log's, is shared out by kind. */
const INCIDENT_WORDINGS: Readonly<Record<Split, number>> = { train: 0, dev: 1, holdout: 2 };
const SIDES = Object.keys(INCIDENT_WORDINGS) as Split[];
const ODD_WORDING = 3;

/** One question about a made log. */
export function drawIncidentTask(stream: Stream, seed: number, bytes: number, split: Split): TaskInstance {
  const kinds = Object.keys(INCIDENT_KINDS);
  const kind = stream.pick(kinds);
  const isOdd = stream.chance(0.5) && SIDES[kinds.indexOf(kind) % SIDES.length] === split;
  return incidentTask(kind, isOdd ? ODD_WORDING : INCIDENT_WORDINGS[split], seed, bytes);
}

/** These read the source of Pylon itself, which is another one tomorrow: the same seed is to make the same examples. */
const READS_OWN_SOURCE = new Set(['chunk-bytes', 'announcement', 'sign-of-life']);

/** A real question is one of a kind: whose side it is on is told by its name. */
function isOfSide(taskId: string, split: Split): boolean {
  return !READS_OWN_SOURCE.has(taskId) && weighed(new Stream(0, taskId), SHARES) === split;
}

function drawTask(stream: Stream, seed: number, split: Split): TaskInstance {
  const name = weighed(stream, FAMILIES);
  const bytes = stream.pick(SIZES);
  if (name === 'incidents') return drawIncidentTask(stream, seed, bytes, split);
  const suite = suiteOf(name);
  const planned = suite.plan(seed, bytes).filter(({ id }) => suite.isSized || isOfSide(id, split));
  if (planned.length === 0) return drawTask(stream, seed, split); // no real question is on this side
  const task = stream.pick(planned).make();
  return { ...task, question: reworded(stream, task.question, split) };
}

/** The same seed and count draw the same tasks; a task is made when it is come to. */
export function* drawTasks(seed: number, count: number): Generator<DrawnTask> {
  for (let number = 0; number < count; number++) {
    const stream = new Stream(seed, `example ${number}`);
    const split = weighed(stream, SHARES);
    const windowTokens = stream.pick(WINDOWS);
    // Each has a text of its own.
    const task = drawTask(stream, seed * 100_000 + number, split);
    yield { exampleId: `bench:${seed}:${String(number).padStart(4, '0')}:${task.suite}`, split, windowTokens, task };
  }
}
