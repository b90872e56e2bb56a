import { join } from 'node:path';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { foldNext } from '../../../ledger/writing/live-runs.ts';
import { canonicalHash } from '../../../protocol/canonical.ts';
import type { RunState } from '../../../protocol/fold.ts';
import type { RunRecord } from '../../../protocol/run.ts';
import type { TraceEvent } from '../../../protocol/trace.ts';
import { type Ending, MortalRun, type MortalRunOptions } from '../../support/mortal-run.ts';
import type { Behaviour } from '../../support/scripted-market.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const NOISE = Array.from(
  { length: 200 },
  (_, index) => `10:00:${index % 60} INFO worker ${index} checked ${index * 7}`,
);
const LOG = [...NOISE.slice(0, 90), 'ERROR the disk of host alpha9 is full', ...NOISE.slice(90)].join('\n');
const ASKED = { text: LOG, query: 'Which host has a full disk?' };

async function mortalRun(t: Test, options: Partial<MortalRunOptions> = {}): Promise<MortalRun> {
  return new MortalRun({ ...ASKED, ...options, folder: join(await temporaryFolder(t), 'store') });
}

/** What a run says: the answer and what it cites. */
const said = ({ output, span_refs }: RunRecord) => canonicalHash([output, span_refs]);

const of = <Type extends TraceEvent['type']>({ events }: Ending, type: Type) =>
  events.filter((event): event is Extract<TraceEvent, { type: Type }> => event.type === type);

/** Chunks whose work was bought more often than they need voices, by the book; canaries are bought for themselves. */
function boughtTwice(ending: Ending, voices = 1): number[] {
  const asked = of(ending, 'SubQuerySubmit').filter(({ canary }) => canary !== true);
  const chunks = new Map(asked.map(({ query_id, chunk }) => [query_id, chunk]));
  const times = new Map<number, number>();
  for (const entry of ending.entries) {
    const chunk = entry.kind === 'settle' ? chunks.get(entry.facts.query_id) : undefined;
    if (chunk !== undefined) times.set(chunk, (times.get(chunk) ?? 0) + 1);
  }
  return [...times].filter(([, bought]) => bought > voices).map(([chunk]) => chunk);
}

/** Everything that must hold of a run, however often it died. */
function checkEnding(t: Test, ending: Ending, clean: Ending, context: string): void {
  checkSound(t, ending, clean, context);
  t.same(boughtTwice(ending), [], `${context}: nothing is bought twice`);
  t.equal(ending.record.metrics.cost_msat, clean.record.metrics.cost_msat, `${context}: for the same money`);
}

/** What holds in every tier. */
function checkSound(t: Test, ending: Ending, clean: Ending, context: string): void {
  t.equal(ending.record.status, 'done', context);
  t.equal(said(ending.record), said(clean.record), `${context}: the same answer`);
  t.same(ending.faults, [], `${context}: the books hold`);
  t.equal(ending.record.metrics.held_msat, 0);
  const queries = of(ending, 'SubQuerySubmit').map(({ query_id }) => query_id);
  t.equal(new Set(queries).size, queries.length, `${context}: no name is used twice`);
  let state: RunState | undefined;
  for (const event of ending.events) state = foldNext(state, event); // no gap, and only an interruption is followed
}

async function cleanEnding(t: Test, options: Partial<MortalRunOptions> = {}) {
  const run = await mortalRun(t, options);
  await run.live();
  return run.ending();
}

t.test('a run killed after any of its commits gives the same answer for the same money when it goes on', async (t) => {
  const clean = await cleanEnding(t);
  t.equal(clean.record.status, 'done');
  t.ok(clean.record.metrics.chunks > 4, `${clean.record.metrics.chunks} chunks`);
  for (let commits = 0, how = 'died'; how === 'died'; commits++) {
    const run = await mortalRun(t);
    how = await run.live(commits);
    if (how === 'died' && (commits === 0 || !(await run.isDone()))) t.equal(await run.live(), 'ended');
    checkEnding(t, await run.ending(), clean, `killed after ${commits} commits`);
    t.ok(commits < 200, 'it comes to an end');
  }
});

/** What it claims stands nowhere. */
const lying: Behaviour = async (_asked, honest) => {
  const reply = await honest();
  const output = { findings: [{ quote: 'nobody ever wrote this', score: 99 }] };
  return { ...reply, result: { ...reply.result, output, output_hash: canonicalHash(output) } };
};

t.test('it may die again and again, among liars, and with a budget that does not buy everything', async (t) => {
  const worlds: Record<string, Partial<MortalRunOptions>> = {
    honest: {},
    liars: { providers: (market) => market.provider('liar', lying).provider('two').provider('three') },
    poor: { config: { budget_sats: 0.05, quorum: 'best-effort' } },
    repeating: { text: `${NOISE.slice(0, 60).join('\n')}\n`.repeat(6), query: 'What did worker 7 check?' },
  };
  for (const [name, world] of Object.entries(worlds)) {
    const clean = await cleanEnding(t, world);
    const deaths = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 4 });
    const property = fc.asyncProperty(deaths, fc.nat(1_000), async (lives, seed) => {
      const run = await mortalRun(t, { ...world, seed });
      for (const commits of lives) if ((await run.live(commits)) === 'ended' || (await run.isDone())) break;
      if (!(await run.isDone())) await run.live();
      checkEnding(t, await run.ending(), clean, `${name}, seed ${seed}, dies after ${lives}`);
    });
    await fc.assert(property, { numRuns: 8 });
  }
});

t.test('where answers are checked, what was accepted and paid stands, and what was not is asked again', async (t) => {
  for (const verification of ['redundancy:2of3', 'credibility']) {
    const world = { config: { verification } };
    const clean = await cleanEnding(t, world);
    const deaths = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 3 });
    const property = fc.asyncProperty(deaths, fc.nat(1_000), async (lives, seed) => {
      const run = await mortalRun(t, { ...world, seed });
      for (const commits of lives) if ((await run.live(commits)) === 'ended' || (await run.isDone())) break;
      if (!(await run.isDone())) await run.live();
      const ending = await run.ending();
      const context = `${verification}, seed ${seed}, dies after ${lives}`;
      checkSound(t, ending, clean, context);
      if (verification === 'redundancy:2of3') t.same(boughtTwice(ending, 2), [], context);
      const fresh = ending.events.findLastIndex(({ type }) => type === 'RunResume');
      t.ok(fresh < 0 || of(ending, 'VerifyAccept').length > 0, context);
    });
    await fc.assert(property, { numRuns: 12 });
  }
});

t.test('an answer whose payload is lost is made anew on this machine, and not bought again', async (t) => {
  const clean = await cleanEnding(t);
  for (const how of ['gone', 'damaged'] as const) {
    const run = await mortalRun(t);
    t.equal(await run.live(30), 'died');
    const before = await run.ending();
    const bought = new Set(of(before, 'BudgetSettle').map(({ query_id }) => query_id));
    const lost = of(before, 'SubQueryReturn').find(({ query_id, findings }) => findings > 0 && bought.has(query_id));
    await run.lose(lost?.output_hash ?? '', how);
    t.equal(await run.live(), 'ended');
    const ending = await run.ending();
    checkEnding(t, ending, clean, how);
    t.match(of(ending, 'FallbackLocal'), [{ reason: 'answer-lost' }]);
  }
});

t.test('an input that is not what it was is refused before anything is spent or written', async (t) => {
  const other: [name: string, text: string, at: number][] = [
    ['a byte of what was asked', LOG.replace('worker 1 ', 'worker 8 '), 30],
    ['a byte of what was not', LOG.replace(/\d$/, 'x'), 30],
    ['its length', `${LOG}!`, 30],
    ['before anything was asked', LOG.replace('alpha9', 'alpha8'), 2],
  ];
  for (const [name, text, at] of other) {
    const run = await mortalRun(t);
    t.equal(await run.live(at), 'died');
    await run.live(0); // closes what was left, and does no more
    const before = await run.ending();
    run.text = text;
    await t.rejects(run.live(), { code: 'input-changed' }, name);
    const after = await run.ending();
    t.same([after.events, after.entries], [before.events, before.entries], name);
    run.text = LOG;
    t.equal(await run.live(), 'ended', `${name}: brought back, it goes on`);
  }
});

t.test('what Ctrl-C ended with a partial answer goes on to the whole one', async (t) => {
  const clean = await cleanEnding(t);
  const controller = new AbortController();
  let asked = 0;
  const stops: Behaviour = (_asked, honest) => {
    if (++asked === 3) controller.abort();
    return honest();
  };
  const run = await mortalRun(t, {
    providers: (market) => market.provider('one', stops).provider('two', stops).provider('three', stops),
  });
  t.equal(await run.live(undefined, controller.signal), 'ended');
  t.match((await run.ending()).record, { status: 'partial', error: { code: 'interrupted' } });
  t.equal(await run.live(), 'ended');
  checkEnding(t, await run.ending(), clean, 'after Ctrl-C');
});

t.test('a run that ended by itself is not resumed', async (t) => {
  const done = await mortalRun(t);
  await done.live();
  await t.rejects(done.live(), { code: 'run-not-resumable', reason: /is done/ });
  const failed = await mortalRun(t, { config: { budget_sats: 0.001 } });
  await failed.live();
  await t.rejects(failed.live(), { code: 'run-not-resumable', reason: /budget-too-small/ });
});

t.test('the time in which nobody worked on a run is no part of its duration', async (t) => {
  const run = await mortalRun(t);
  await run.live(20);
  await run.live();
  const { record, events } = await run.ending();
  const resumed = events.findIndex(({ type }) => type === 'RunResume');
  const idle = events[resumed]!.timestamp_ms - events[resumed - 1]!.timestamp_ms;
  t.ok(idle > 0);
  t.equal(record.metrics.elapsed_ms, events.at(-1)!.timestamp_ms - events[0]!.timestamp_ms - idle);
});
