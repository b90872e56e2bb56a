import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { EXAMPLES_KIND } from '../../../../bench/long-context/examples/select-strategy.ts';
import { exampleSchema } from '../../../../protocol/dse/example.ts';
import { selectStrategyInputSchema, selectStrategyOutputSchema } from '../../../../protocol/select-strategy.ts';
import { runCli, temporaryFolder } from '../../../support/cli.ts';

t.test('pylon bench examples writes what was measured, the same for the same seed', async (t) => {
  const home = temporaryFolder(t);
  const make = async (name: string) => {
    const out = join(home, name);
    const made = await runCli(
      ['bench', 'examples', 'select-strategy', '--count', '8', '--seed', '2', '--out', out, '--json'],
      { home },
    );
    t.equal(made.code, 0, made.stderr);
    return { told: JSON.parse(made.stdout), text: readFileSync(out, 'utf8') };
  };
  const [one, other] = [await make('one.jsonl'), await make('other.jsonl')];
  t.equal(one.text, other.text);
  const examples = one.text
    .trimEnd()
    .split('\n')
    .map((line) => exampleSchema.parse(JSON.parse(line)));
  t.match(one.told, { target: 'select-strategy', drawn: 8, examples: examples.length });
  t.ok(examples.length >= 6);
  for (const { inputJson, expectedJson, meta } of examples) {
    selectStrategyInputSchema.parse(inputJson);
    const { strategy } = selectStrategyOutputSchema.parse(expectedJson);
    t.match(meta, { kind: EXAMPLES_KIND });
    const measured = meta.measured as Record<string, { readonly score: number }>;
    t.equal(measured[strategy]?.score, Math.max(...Object.values(measured).map(({ score }) => score)));
  }
});

t.test('a target that there is not and a count that is none are told before anything is measured', async (t) => {
  const home = temporaryFolder(t);
  const unknown = await runCli(['bench', 'examples', 'weather'], { home });
  t.match(unknown, { code: 2, stderr: /option-invalid: .*there are select-strategy.*weather/s });
  const none = await runCli(['bench', 'examples', 'select-strategy', '--count', '0'], { home });
  t.match(none, { code: 2, stderr: /option-invalid.*--count 0/s });
});
