// The one place where it is decided which examples a search or a prompt may see. Whoever optimises, proposes or shows examples takes them
// from here; held-out ones go to a gate, and to nobody else.
import type { DseExample } from '../../protocol/dse/example.ts';
import type { FewShot } from '../../protocol/predict-params.ts';
import { approved, isNamed } from './dataset.ts';

declare const visible: unique symbol;

/** An example that a search may see: only `visibleToSearch` makes one. */
export type VisibleExample = DseExample & { readonly split: 'train' | 'dev'; readonly [visible]: true };

export interface VisibleExamples {
  /** What is learnt from: shown to models, drawn as few-shots. */
  readonly train: readonly VisibleExample[];
  /** What candidates are compared by. */
  readonly dev: readonly VisibleExample[];
}

/** Approved examples that are not held out, in the order of their ids; also those that only name their files. */
export function visibleToReader(examples: readonly DseExample[]): readonly VisibleExample[] {
  return approved(examples).filter((example): example is VisibleExample => example.split !== 'holdout');
}

/** Those of them that can be predicted: `train` and `dev`, each in the order of their ids. */
export function visibleToSearch(examples: readonly DseExample[]): VisibleExamples {
  const seen = visibleToReader(examples).filter((example) => !isNamed(example));
  return { train: seen.filter(({ split }) => split === 'train'), dev: seen.filter(({ split }) => split === 'dev') };
}

/** Approved examples of `holdout` that can be predicted, in the order of their ids: for gates. */
export function heldOut(examples: readonly DseExample[]): readonly DseExample[] {
  return approved(examples).filter((example) => example.split === 'holdout' && !isNamed(example));
}

/** As a prompt shows it. */
export function fewShotOf({ exampleId, inputJson, expectedJson }: VisibleExample): FewShot {
  return { exampleId, input: inputJson, output: expectedJson };
}
