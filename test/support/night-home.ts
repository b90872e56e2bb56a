// A home with labelled examples, in which a night of a few seconds comes to its end by itself, without a model.
import { nightRequestSchema } from '../../protocol/dse/overnight.ts';
import { SELECT_STRATEGY } from '../../protocol/select-strategy.ts';
import { type ArtifactHome, openArtifactHome } from './artifact-home.ts';
import { strategyExamples } from './strategy-examples.ts';
import type { TemporaryTest } from './temporary-folder.ts';

export const SELECT = SELECT_STRATEGY.signatureId;
/** Stands in held-out examples, and nowhere else. */
export const HELD_OUT_MARKER = 'zyzzyva';

const DEV = 18;
const HELD_OUT = 60;

export async function openNightHome(t: TemporaryTest): Promise<ArtifactHome> {
  const at = await openArtifactHome(t);
  const examples = strategyExamples(2 * DEV + HELD_OUT, (number) =>
    number < DEV ? 'train' : number < 2 * DEV ? 'dev' : 'holdout',
  );
  for (const { split, inputJson } of examples)
    if (split === 'holdout') {
      const input = inputJson as { query: string };
      input.query = `${input.query} ${HELD_OUT_MARKER}`;
    }
  await at.engine.examples.keep(examples);
  return at;
}

/** What a night of such a home is asked for. */
export function nightRequest(change: object = {}) {
  return nightRequestSchema.parse({
    signatureId: SELECT,
    untilMs: Date.now() + 3_600_000,
    probes: 3,
    compile: { maxCalls: DEV * 6 },
    canary: { minSamples: 3, maxErrorRate: 0.9, margin: 0.6 },
    backend: 'extractive',
    ...change,
  });
}

/** The flags that ask for the same. */
export const NIGHT_FLAGS = [
  ...['--signature', SELECT, '--probes', '3', '--budget-calls', String(DEV * 6), '--min-samples', '3'],
  ...['--max-error-rate', '0.9', '--margin', '0.6', '--backend', 'extractive'],
];
