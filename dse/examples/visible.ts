// The one place where it is decided which examples a search or a prompt may see. Whoever optimises, proposes or shows examples takes them
// from here; held-out ones go to a gate, and to nobody else.
import type { DseExample } from '../../protocol/dse/example.ts';
import type { FewShot } from '../../protocol/predict-params.ts';
import { approved } from './dataset.ts';

declare const visible: unique symbol;

/** An example that a search may see: only `visibleToSearch` makes one. */
export type VisibleExample = DseExample & { readonly split: 'train' | 'dev'; readonly [visible]: true };

export interface VisibleExamples {
  /** What is learnt from: shown to models, drawn as few-shots. */
  readonly train: readonly VisibleExample[];
  /** What candidates are compared by. */
  readonly dev: readonly VisibleExample[];
}

/** Approved examples of `train` and `dev`, each in the order of their ids. */
export function visibleToSearch(examples: readonly DseExample[]): VisibleExamples {
  const seen = approved(examples).filter((example): example is VisibleExample => example.split !== 'holdout');
  return { train: seen.filter(({ split }) => split === 'train'), dev: seen.filter(({ split }) => split === 'dev') };
}

/** Approved examples of `holdout`, in the order of their ids: for gates. */
export function heldOut(examples: readonly DseExample[]): readonly DseExample[] {
  return approved(examples).filter(({ split }) => split === 'holdout');
}

/** As a prompt shows it. */
export function fewShotOf({ exampleId, inputJson, expectedJson }: VisibleExample): FewShot {
  return { exampleId, input: inputJson, output: expectedJson };
}
