// A signature's examples as a data set: which of them count, in which order, and the hash by which reports name them.
import { canonicalHash } from '../../protocol/canonical.ts';
import { type DseExample, namedInputSchema } from '../../protocol/dse/example.ts';
import type { Dataset } from '../../protocol/dse/example-list.ts';
import { LONG_CONTEXT_QA } from '../../protocol/long-context.ts';

/** By id, in UTF-16 code units: the same everywhere. */
export function inOrder<Item extends Pick<DseExample, 'exampleId'>>(examples: readonly Item[]): Item[] {
  return [...examples].sort((left, right) =>
    left.exampleId < right.exampleId ? -1 : left.exampleId > right.exampleId ? 1 : 0,
  );
}

/** Its input only names files: there is nothing to predict from. */
export function isNamed({ signatureId, inputJson }: Pick<DseExample, 'signatureId' | 'inputJson'>): boolean {
  return signatureId === LONG_CONTEXT_QA.signatureId && namedInputSchema.safeParse(inputJson).success;
}

/** Those that count: what is pending or rejected is neither learnt from nor measured by. In order. */
export function approved(examples: readonly DseExample[]): DseExample[] {
  return inOrder(examples.filter(({ review }) => review === 'approved'));
}

/**
 * sha256 (hex) over the approved ones, whatever order they come in. Tags, notes and who judged an example are not part of it: they change
 * nothing that is measured, and must not make an old data set look new.
 */
export function datasetHash(examples: readonly DseExample[]): string {
  const rows = approved(examples).map(({ exampleId, signatureId, inputJson, expectedJson, split }) =>
    canonicalHash({ exampleId, signatureId, inputJson, expectedJson, split }),
  );
  return canonicalHash(rows);
}

/** @param examples all of one signature */
export function describeDataset(signatureId: string, examples: readonly DseExample[]): Dataset {
  const counting = approved(examples);
  const of = (split: DseExample['split']) => counting.filter((example) => example.split === split);
  const reviewed = (review: DseExample['review']) => examples.filter((example) => example.review === review).length;
  return {
    signatureId,
    datasetHash: datasetHash(counting),
    holdoutHash: datasetHash(of('holdout')),
    splits: { train: of('train').length, dev: of('dev').length, holdout: of('holdout').length },
    named: counting.filter(isNamed).length,
    pending: reviewed('pending'),
    rejected: reviewed('rejected'),
  };
}
