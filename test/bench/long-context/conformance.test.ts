import t, { type Test } from 'tap';
import type { Result } from '../../../bench/long-context/result.ts';
import { runBench } from '../../../bench/long-context/run.ts';
import { settingsOf } from '../../../bench/long-context/settings.ts';
import { DISTINCT_FILES } from '../../../bench/long-context/suites/duplicates.ts';
import { realClock } from '../../../node/clock.ts';
import { realRandom } from '../../../node/random.ts';
import { CONTROLLER_PROMPT_BYTES_MAX } from '../../../protocol/limits.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

// What issue 6 asks of the scaffold, on small inputs; `pylon bench run` does it on large ones (docs/methods.md).

/** Bytes of a leaf's part to the bytes of the file. */
const LEAF_RATIO_MAX = 1.03;
/** Steps, reductions and repairs, however many chunks there are. */
const ROOT_CALLS_MAX = 8;

async function bench(t: Test, flags: Record<string, string>): Promise<Result[]> {
  const folder = await temporaryFolder(t);
  return runBench({
    settings: settingsOf({ method: 'rlm_lite', ...flags }),
    folder,
    ports: { clock: realClock(), random: realRandom(), environment: {}, notice: () => undefined },
    signal: new AbortController().signal,
    onResult: () => undefined,
    keep: async () => undefined,
  });
}

function holdsToBounds(t: Test, { suite, task, error, metrics }: Result): void {
  const name = `${suite} ${task}`;
  const served = metrics.served!;
  t.equal(error, null, name);
  t.equal(metrics.is_truthful, true, `${name}: calls and tokens are reported as the endpoint counted them`);
  t.ok(served.leaf_ratio <= LEAF_RATIO_MAX, `${name}: leaves read ${served.leaf_ratio} of the input`);
  t.ok(served.root_prompt_bytes_max <= CONTROLLER_PROMPT_BYTES_MAX, `${name}: ${served.root_prompt_bytes_max}`);
  t.ok(served.root_calls <= ROOT_CALLS_MAX, `${name}: ${served.root_calls} calls beside the leaves`);
  t.equal(served.leaf_calls, served.leaf_prompts, `${name}: no part is asked twice`);
}

t.test('with a perfect leaf every answer is whole, each chunk is asked once, and the root stays small', async (t) => {
  const suites = 's-niah,niah-blind,oolong,oolong-pairs,labels,unicode';
  for (const result of await bench(t, { suite: suites, sizes: '24KB', seed: '3' })) {
    holdsToBounds(t, result);
    t.equal(result.metrics.score, 1, `${result.suite} ${result.task}: ${result.answer?.slice(0, 80)}`);
    if (result.suite === 's-niah') t.equal(result.metrics.served!.leaf_calls, 0, 'a search has found the needle');
    if (result.metrics.evidence !== null) t.equal(result.metrics.evidence, 1);
    if (result.suite === 'oolong') t.equal(result.metrics.coverage, 1);
  }
});

t.test('what occurs many times is asked once, and counts as often as it occurs', async (t) => {
  const [result] = await bench(t, { suite: 'duplicates', sizes: '40KB' });
  holdsToBounds(t, result!);
  t.equal(result!.metrics.score, 1);
  t.equal(result!.metrics.served!.leaf_calls, DISTINCT_FILES);
});

t.test('when one label in twenty is wrong, two of three voices leave at most 0.9 % of them wrong', async (t) => {
  const flags = { suite: 'labels', sizes: '1000KB', seed: '2', errorRate: '0.05' };
  const [alone] = await bench(t, flags);
  const [voted] = await bench(t, { ...flags, replicas: '3' });
  const errors = (result: Result) => 1 - result.metrics.score;
  t.ok(errors(alone!) > 0.03 && errors(alone!) < 0.07, `one voice: ${errors(alone!)}`);
  t.ok(errors(voted!) <= 0.009, `2 of 3: ${errors(voted!)}`);
  t.equal(voted!.metrics.is_truthful, true);
  t.equal(voted!.error, null);
});
