import { join } from 'node:path';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { linearRegex } from '../../../conductor/predict/rlm/regex/linear-regex.ts';
import { limitsOf } from '../../../conductor/strategies/limits.ts';
import { foldNext } from '../../../ledger/writing/live-runs.ts';
import type { RunState } from '../../../protocol/fold.ts';
import type { RunConfig } from '../../../protocol/run.ts';
import type { TraceEvent } from '../../../protocol/trace.ts';
import { type Ending, MortalRun, type MortalRunOptions } from '../../support/mortal-run.ts';
import { modelPorts, type ScriptedController, scriptedController } from '../../support/scripted-controller.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const NOISE = Array.from(
  { length: 120 },
  (_, index) => `10:00:${index % 60} INFO worker ${index} checked ${index * 7}`,
);
const LOG = `${[...NOISE.slice(0, 90), 'ERROR the disk of host alpha9 is full', ...NOISE.slice(90)].join('\n')}\n`;
const QUERY = 'Which host has a full disk?';
const CONFIG: Partial<RunConfig> = {
  strategy_id: 'rlm_lite.v1',
  max_depth: 2,
  limits: limitsOf('rlm_lite.v1', {}),
};

const SCRIPT = [
  { action: 'Search', mode: 'literal', text: 'worker 11', into: 'hits' },
  { action: 'ExtractOverChunks', question: QUERY, into: 'found' },
  { action: 'SubLm', question: 'Which host?', over: 'found[1]', into: 'said' },
  { action: 'ExtractOverChunks', question: 'Which worker checked 77?', into: 'other' },
  { action: 'Final', answer: '{{found[1].text}} [1]', evidence: ['found[1]'] },
];

/** Each life has a model of its own, which counts what it was asked. */
async function mortal(t: Test, options: Partial<MortalRunOptions> = {}) {
  const models: ScriptedController[] = [];
  const regex = linearRegex({ now: () => 0, cpu: () => 0 });
  const ports = () => {
    const model = scriptedController(SCRIPT);
    models.push(model);
    return { ...modelPorts(model), patterns: async () => regex };
  };
  const folder = join(await temporaryFolder(t), 'store');
  return { models, run: new MortalRun({ text: LOG, query: QUERY, config: CONFIG, ports, ...options, folder }) };
}

/** Calls of the model in the steps that a trace tells of: a sub-call is one more. */
const callsIn = (ending: Ending) => {
  const steps = of(ending, 'RlmIteration');
  return steps.length + steps.filter(({ action }) => action === 'SubLm').length;
};

const of = <Type extends TraceEvent['type']>({ events }: Ending, type: Type) =>
  events.filter((event): event is Extract<TraceEvent, { type: Type }> => event.type === type);

function check(t: Test, ending: Ending, clean: Ending, context: string): void {
  t.equal(ending.record.status, 'done', `${context}: ${ending.record.error?.message}`);
  t.equal(ending.record.output, clean.record.output, context);
  t.same(ending.record.span_refs, clean.record.span_refs, context);
  t.same(ending.faults, [], `${context}: the books hold`);
  t.equal(ending.record.metrics.cost_msat, clean.record.metrics.cost_msat, `${context}: for the same money`);
  t.equal(ending.record.metrics.chunks, clean.record.metrics.chunks, `${context}: no chunk is cut twice`);
  t.equal(ending.record.metrics.iterations, clean.record.metrics.iterations, `${context}: no step is told twice`);
  t.equal(ending.record.metrics.coverage, 1, context);
  const queries = of(ending, 'SubQuerySubmit').map(({ query_id }) => query_id);
  t.equal(new Set(queries).size, queries.length, `${context}: no name is used twice`);
  let state: RunState | undefined;
  for (const event of ending.events) state = foldNext(state, event);
}

t.test('an exploration killed after any of its commits goes on to the same answer for the same money', async (t) => {
  const { run: whole, models: once } = await mortal(t);
  await whole.live();
  const clean = await whole.ending();
  t.equal(clean.record.status, 'done', clean.record.error?.message ?? '');
  t.equal(of(clean, 'EnvFanOut').length, 2);
  const calls = once[0]!.calls;
  t.equal(calls, callsIn(clean));
  for (let commits = 0, how = 'died'; how === 'died'; commits++) {
    const { run, models } = await mortal(t);
    how = await run.live(commits);
    const known = commits === 0 ? 0 : callsIn(await run.ending());
    if (how === 'died' && (commits === 0 || !(await run.isDone()))) {
      t.equal(await run.live(), 'ended');
      t.equal(
        models[1]?.calls,
        calls - known,
        `killed after ${commits} commits: what steps were told is not asked again`,
      );
    }
    check(t, await run.ending(), clean, `killed after ${commits} commits`);
    t.ok(commits < 300, 'it comes to an end');
  }
});

t.test('it may die again and again', async (t) => {
  const { run: whole } = await mortal(t);
  await whole.live();
  const clean = await whole.ending();
  const deaths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 });
  const property = fc.asyncProperty(deaths, fc.nat(1_000), async (lives, seed) => {
    const { run } = await mortal(t, { seed });
    for (const commits of lives) if ((await run.live(commits)) === 'ended' || (await run.isDone())) break;
    if (!(await run.isDone())) await run.live();
    check(t, await run.ending(), clean, `seed ${seed}, dies after ${lives}`);
  });
  await fc.assert(property, { numRuns: 12 });
});

t.test('where what a step was told is gone, it is refused before anything is spent or written', async (t) => {
  const { run } = await mortal(t);
  t.equal(await run.live(40), 'died');
  await run.live(0); // closes what was left, and does no more
  const before = await run.ending();
  const [step] = of(before, 'RlmIteration');
  t.ok(step?.step_hash, 'a step was told by then');
  await run.lose(step?.step_hash ?? '', 'damaged');
  await t.rejects(run.live(), { code: 'run-not-resumable', reason: /a step of its exploration/ });
  const after = await run.ending();
  t.same([after.events, after.entries], [before.events, before.entries]);
});
