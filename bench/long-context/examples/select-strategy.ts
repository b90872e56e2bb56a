// Examples of SelectStrategy.v1: a question and the figures of its input, and which strategy was best where all were measured: the highest
// score, and of those the fewest tokens.
import { featuresOf } from '../../../conductor/predict/input-features.ts';
import { fitsDirect } from '../../../conductor/predict/routing.ts';
import { collectFor } from '../../../node/input/collect.ts';
import { FileCorpus } from '../../../node/input/corpus.ts';
import type { DseExample } from '../../../protocol/dse/example.ts';
import { SELECT_STRATEGY, SELECTABLE_STRATEGIES, type SelectableStrategy } from '../../../protocol/select-strategy.ts';
import type { Tools } from '../method.ts';
import { throughEngine } from '../methods/through-engine.ts';
import { scoreOf } from '../score.ts';
import { type Stage, stageTask } from '../stage.ts';
import { type DrawnTask, drawTasks } from './draw.ts';

export const EXAMPLES_KIND = 'pylon.bench.select_strategy.v1';

export interface Measured {
  readonly score: number;
  /** Of all calls together. */
  readonly tokens: number;
  readonly calls: number;
}
type AllMeasured = Readonly<Partial<Record<SelectableStrategy, Measured>>>;

/** Of equally good ones the first: `distilled` that falls back has done `rlm_lite`'s work and a search. */
const ORDER: readonly SelectableStrategy[] = ['direct', 'map_reduce', 'rlm_lite', 'distilled'];

/** Undefined where none has answered anything right. */
export function bestOf(measured: AllMeasured): SelectableStrategy | undefined {
  let best: SelectableStrategy | undefined;
  for (const strategy of ORDER) {
    const one = measured[strategy];
    if (one === undefined || one.score === 0) continue;
    const { score, tokens } = best === undefined ? { score: 0, tokens: 0 } : measured[best]!;
    if (one.score > score || (one.score === score && one.tokens < tokens)) best = strategy;
  }
  return best;
}

/** `direct` cuts off what does not fit: where it finds the answer all the same it was lucky, and nobody should learn from luck. */
function eligible(bytes: number, windowTokens: number): readonly SelectableStrategy[] {
  const fits = fitsDirect({ inputBytes: bytes, windowTokens });
  return SELECTABLE_STRATEGIES.filter((strategy) => fits || strategy !== 'direct');
}

async function measured(stage: Stage, drawn: DrawnTask, tools: Tools): Promise<DseExample | undefined> {
  const { task, windowTokens, exampleId, split } = drawn;
  const staged = stageTask(task);
  try {
    const { files } = await collectFor({ ...staged, files: Object.keys(staged.displayNames) }, staged.folder);
    const features = await featuresOf(new FileCorpus(files), windowTokens);
    const found: Partial<Record<SelectableStrategy, Measured>> = {};
    for (const strategy of eligible(task.bytes, windowTokens)) {
      stage.oracle?.take(task);
      const asked = { strategy, window_tokens: windowTokens, local_only: true };
      const { record } = await throughEngine(staged, tools, asked);
      const { input_tokens = 0, output_tokens = 0, calls = 0 } = record?.metrics ?? {};
      const score = scoreOf(task.scoring, record?.output ?? null);
      found[strategy] = { score, tokens: input_tokens + output_tokens, calls };
    }
    const best = bestOf(found);
    if (best === undefined) return undefined;
    return {
      exampleId,
      signatureId: SELECT_STRATEGY.signatureId,
      inputJson: { query: task.question, features: { ...features } },
      expectedJson: { strategy: best },
      split,
      tags: ['bench', `suite:${task.suite}`],
      review: 'approved',
      meta: { kind: EXAMPLES_KIND, suite: task.suite, task: task.id, measured: found as Record<string, never> },
    };
  } finally {
    staged.remove();
  }
}

/** The same seed and count give the same examples; a task that nobody answered is none. */
export async function* strategyExamples(
  stage: Stage,
  tools: Tools,
  { seed, count }: { readonly seed: number; readonly count: number },
): AsyncGenerator<DseExample> {
  for (const drawn of drawTasks(seed, count)) {
    tools.signal.throwIfAborted();
    const example = await measured(stage, drawn, tools);
    if (example !== undefined) yield example;
  }
}
