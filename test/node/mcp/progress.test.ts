import t from 'tap';
import { RunProgress, type Told } from '../../../node/mcp/progress.ts';
import { runOptionsSchema } from '../../../node/settings/run-options.ts';
import { FakeEngine } from '../../support/fake-engine.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

t.test('progress only rises, stays below its total, and goes on in silence', async (t) => {
  const clock = new VirtualClock();
  const engine = new FakeEngine();
  const files = ['package.json', 'README.md', 'HACKING.md'];
  const { runId, finished } = await engine.start(
    { query: 'Why?', files, options: runOptionsSchema.parse({}) },
    new AbortController().signal,
  );
  await finished;
  const told: Told[] = [];
  const progress = new RunProgress(clock, (one) => told.push(one));
  for await (const event of engine.runs.events(runId, 0)) {
    progress.onEvent(event);
    await clock.advance(300);
  }
  await clock.advance(20_000);
  progress.end();
  const before = told.length;
  await clock.advance(20_000);
  t.equal(told.length, before, 'nothing is told once it has ended');
  t.equal(clock.pending, 0);
  t.ok(before > 6);
  for (const [index, { progress: now, total, message }] of told.entries()) {
    t.ok(index === 0 || now > told[index - 1]!.progress);
    t.ok(total === undefined || now < total);
    t.match(message, new RegExp(`^run ${runId}: \\d`));
  }
  t.match(told.at(-1), { total: 4, message: /3 of 3 chunks answered/ });
});
