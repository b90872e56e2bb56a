// Examples of SelectStrategy that a rule of the test's own labels: the embedded engine is right about few of them by its rule, and about nearly
// all once it has been shown some.
import type { DseExample, Split } from '../../protocol/dse/example.ts';
import { SELECT_STRATEGY, type SelectableStrategy } from '../../protocol/select-strategy.ts';

const KINDS = ['log', 'prose', 'code'] as const;
const BEST: Readonly<Record<(typeof KINDS)[number], readonly [question: string, best: SelectableStrategy][]>> = {
  log: [
    ['How many errors of service', 'map_reduce'],
    ['Which request took longest in service', 'distilled'],
    ['When did the service restart named', 'distilled'],
  ],
  prose: [
    ['What does the author say about', 'rlm_lite'],
    ['Summarize the argument on', 'map_reduce'],
    ['Who mentions', 'rlm_lite'],
  ],
  code: [
    ['Where is the function', 'rlm_lite'],
    ['Which file defines', 'distilled'],
    ['What calls', 'rlm_lite'],
  ],
};

/** @param splitOf by the number of the example */
export function strategyExamples(count: number, splitOf: (number: number) => Split): DseExample[] {
  return Array.from({ length: count }, (_, number) => {
    const kind = KINDS[number % 3]!;
    const [question, strategy] = BEST[kind][Math.floor(number / 3) % 3]!;
    return {
      exampleId: `s${number}`,
      signatureId: SELECT_STRATEGY.signatureId,
      inputJson: {
        query: `${question} thing${(number * 7_919) % 1_000} ${['alpha', 'beta', 'gamma', 'delta'][number % 4]}${number}?`,
        features: { bytes: 5_000_000 + number * 1_000, files: 1, window_tokens: 32_000, kind },
      },
      expectedJson: { strategy },
      split: splitOf(number),
      tags: ['made'],
      review: 'approved',
      meta: {},
    };
  });
}
