import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { drawLogTasks, logExample } from '../../../../bench/long-context/examples/log-lines.ts';
import { longContextQaInputSchema, longContextQaOutputSchema } from '../../../../protocol/long-context.ts';
import { runCli, temporaryFolder } from '../../../support/cli.ts';

t.test('no two log tasks ask the same, and an example quotes the line of its log that answers', async (t) => {
  const tasks = drawLogTasks(3, 12);
  t.equal(new Set(tasks.map(({ task }) => task.question)).size, 12);
  for (const { inputJson, expectedJson, exampleId } of tasks.map(logExample)) {
    const { text = '' } = longContextQaInputSchema.parse(inputJson);
    const { answer, evidence } = longContextQaOutputSchema.parse(expectedJson);
    const [{ quote, line } = { quote: '', line: 0 }] = evidence;
    t.equal(text.split('\n')[line! - 1], quote, exampleId);
    t.ok(quote.includes(answer.replace(' [1]', '')), exampleId);
  }
  t.same(
    drawLogTasks(3, 5).map(({ task }) => task.id),
    tasks.slice(0, 5).map(({ task }) => task.id),
  );
});

t.test('what explorations teach is as good as exploring, and takes less', async (t) => {
  const home = temporaryFolder(t);
  const argv = ['bench', 'tactic', '--seed', '5', '--count', '14', '--out', join(home, 'out'), '--json'];
  const run = await runCli(argv, { home });
  t.equal(run.code, 0, run.stderr);
  const { draft, report, promotion, ways } = JSON.parse(run.stdout);
  t.match(draft, { strategyId: /^distilled\.search_line_extract\./, tactic: { operations: ['Search:bm25', 'Final'] } });
  t.match(report, { status: 'done', job: { reward: 'evidence' }, chosen: {} });
  t.match(promotion, { verdict: 'insufficient_evidence', rule: { goal: 'cost' } });
  const [, explored, , learnt] = ways;
  t.match([explored.name, learnt.name], ['rlm_lite', 'distilled, as learnt']);
  t.ok(learnt.score >= explored.score, `${learnt.score} for ${explored.score}`);
  t.ok(learnt.tokens < explored.tokens / 2, `${learnt.tokens} for ${explored.tokens} tokens`);
  t.ok(existsSync(join(home, 'out', 'tactic-draft.json')));
});
