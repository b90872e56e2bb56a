import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { choicesOf, followed } from '../../../../bench/long-context/examples/choices.ts';
import type { DseExample } from '../../../../protocol/dse/example.ts';
import { runCli, temporaryFolder } from '../../../support/cli.ts';

const of = (score: number, tokens: number) => ({ score, tokens, calls: 1 });

/** Large: by the table of rules `map_reduce`. */
function example(number: number, measured: Record<string, unknown>, strategy: string): DseExample {
  return {
    exampleId: `e${number}`,
    signatureId: '@pylon/rlm/SelectStrategy.v1',
    inputJson: {
      query: `Where is needle ${number}?`,
      features: { bytes: 900_000, files: 1, window_tokens: 8_192, kind: 'log' },
    },
    expectedJson: { strategy },
    split: number % 2 === 0 ? 'train' : 'holdout',
    tags: [],
    review: 'approved',
    meta: { measured: measured as Record<string, never> },
  };
}

const EXAMPLES = [
  example(1, { map_reduce: of(1, 900), distilled: of(1, 100) }, 'distilled'),
  example(3, { map_reduce: of(1, 700), distilled: of(0, 100) }, 'map_reduce'),
];

t.test('following a choice has the score and the cost that were measured of what it chose', async (t) => {
  t.same(
    followed(EXAMPLES, () => 'distilled'),
    { right: 0.5, score: 0.5, tokens: 100 },
  );
  t.same(
    followed(EXAMPLES, () => 'map_reduce'),
    { right: 0.5, score: 1, tokens: 800 },
  );
  t.same(
    followed(EXAMPLES, () => 'direct'),
    { right: 0, score: 1, tokens: 800 },
    'direct is not taken where it would cut off',
  );
  t.same(
    followed([], () => 'direct'),
    { right: 0, score: 0, tokens: 0 },
  );
});

t.test('each side is told by the rules, by the artifact where there is one, and by what is always best', async (t) => {
  const [train, , holdout] = choicesOf(EXAMPLES);
  t.match(train, { split: 'train', examples: 0, artifact: null });
  t.match(holdout, {
    split: 'holdout',
    examples: 2,
    rules: { score: 1, tokens: 800 },
    best: { right: 1, tokens: 400 },
  });
  const shown = [{ exampleId: 'e1', input: EXAMPLES[0]!.inputJson, output: { strategy: 'distilled' } }];
  t.match(choicesOf(EXAMPLES, shown)[2], { artifact: { right: 0.5, score: 0.5, tokens: 100 } });
});

t.test('pylon bench choices prints them, and says what is no such file', async (t) => {
  const home = temporaryFolder(t);
  const file = join(home, 'examples.jsonl');
  writeFileSync(file, EXAMPLES.map((one) => `${JSON.stringify(one)}\n`).join(''));
  const told = await runCli(['bench', 'choices', file], { home });
  t.match(told, { code: 0, stdout: /holdout, 2 examples.*\n {2}the table of rules +0\.500 {2}1\.000 {2}800\n/ });
  const { measured: _measured, ...meta } = EXAMPLES[0]!.meta;
  writeFileSync(file, JSON.stringify({ ...EXAMPLES[0], meta }));
  t.match(await runCli(['bench', 'choices', file], { home }), {
    code: 2,
    stderr: /example-invalid.*examples\.jsonl:1/s,
  });
  t.match(await runCli(['bench', 'choices', join(home, 'none')], { home }), { code: 2, stderr: /input-unreadable/ });
});
