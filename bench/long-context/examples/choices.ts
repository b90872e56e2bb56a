// What it would have come to to follow a choice of strategies: score and tokens on examples of which all strategies were measured. Accuracy
// alone says little, because the second best is often nearly as good.
import { readFileSync } from 'node:fs';
import { selectNearest } from '../../../node/backends/select-nearest.ts';
import { artifactSchema } from '../../../protocol/dse/artifact.ts';
import { type DseExample, exampleSchema, SPLITS, type Split } from '../../../protocol/dse/example.ts';
import { PylonError } from '../../../protocol/errors.ts';
import type { FewShot } from '../../../protocol/predict-params.ts';
import {
  SELECT_STRATEGY,
  type SelectableStrategy,
  type SelectStrategyInput,
} from '../../../protocol/select-strategy.ts';
import type { Measured } from './select-strategy.ts';

/** Means of an example. */
export interface Followed {
  /** The share of examples where the best one was chosen. */
  readonly right: number;
  readonly score: number;
  readonly tokens: number;
}

export interface Choices {
  readonly split: Split;
  readonly examples: number;
  /** The table of rules, the artifact, and always the best. */
  readonly rules: Followed;
  readonly artifact: Followed | null;
  readonly best: Followed;
}

type Choose = (example: DseExample) => SelectableStrategy;

const bestOf: Choose = ({ expectedJson }) => (expectedJson as { readonly strategy: SelectableStrategy }).strategy;

function byEngine(fewShot: readonly FewShot[]): Choose {
  return ({ inputJson }) => selectNearest(inputJson as SelectStrategyInput, fewShot).strategy;
}

/** `direct` is measured only where the input fits, and is never taken elsewhere (conductor/predict/routing.ts). */
function measuredOf({ meta }: DseExample, strategy: SelectableStrategy): Measured {
  const measured = meta.measured as unknown as Partial<Record<SelectableStrategy, Measured>>;
  return measured[strategy] ?? measured.map_reduce!;
}

export function followed(examples: readonly DseExample[], choose: Choose): Followed {
  const sum = { right: 0, score: 0, tokens: 0 };
  for (const example of examples) {
    const chosen = choose(example);
    const { score, tokens } = measuredOf(example, chosen);
    sum.right += chosen === bestOf(example) ? 1 : 0;
    sum.score += score;
    sum.tokens += tokens;
  }
  const n = Math.max(1, examples.length);
  return { right: sum.right / n, score: sum.score / n, tokens: sum.tokens / n };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new PylonError('input-unreadable', { value: path, cause });
  }
}

/** @throws PylonError `input-unreadable` | `example-invalid` */
export function examplesIn(path: string): DseExample[] {
  const lines = read(path)
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((line, index) => {
    const example = exampleSchema.safeParse(JSON.parse(line));
    if (example.success && example.data.signatureId === SELECT_STRATEGY.signatureId && 'measured' in example.data.meta)
      return example.data;
    const reason =
      'it is no example of SelectStrategy.v1 with what was measured, as `pylon bench examples` writes them';
    throw new PylonError('example-invalid', { value: `${path}:${index + 1}`, reason });
  });
}

/** The examples that it shows. @throws PylonError `input-unreadable` | `artifact-invalid` */
export function shownBy(path: string): readonly FewShot[] {
  const artifact = artifactSchema.safeParse(JSON.parse(read(path)));
  if (artifact.success && artifact.data.signatureId === SELECT_STRATEGY.signatureId)
    return artifact.data.params.fewShot ?? [];
  throw new PylonError('artifact-invalid', { value: path, reason: 'it is no artifact of SelectStrategy.v1' });
}

/** @param fewShot of the artifact; without one it is left out */
export function choicesOf(examples: readonly DseExample[], fewShot?: readonly FewShot[]): Choices[] {
  return SPLITS.map((split) => {
    const some = examples.filter((example) => example.split === split);
    return {
      split,
      examples: some.length,
      rules: followed(some, byEngine([])),
      artifact: fewShot === undefined ? null : followed(some, byEngine(fewShot)),
      best: followed(some, bestOf),
    };
  });
}
