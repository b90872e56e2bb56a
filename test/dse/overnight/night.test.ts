import t from 'tap';
import { checkNight } from '../../../dse/overnight/dangling.ts';
import { newNight, takeSteps } from '../../../dse/overnight/night.ts';
import { isLive } from '../../../protocol/dse/canary-fold.ts';
import type { Night } from '../../../protocol/dse/overnight.ts';
import { PylonError } from '../../../protocol/errors.ts';
import { NightStage, WINNER, type World } from '../../support/night-stage.ts';

const never = new AbortController().signal;

function begin(stage: NightStage, change: object = {}, before: readonly Night[] = []): Night {
  const at = { nightId: '01JZZZZZZZZZZZZZZZZZZZZZZZ', nowMs: stage.clock.now(), gitSha: 'abc' };
  return newNight(stage.request(change), at, before);
}

async function nightOf(world: Partial<World>, change: object = {}): Promise<{ stage: NightStage; night: Night }> {
  const stage = new NightStage();
  Object.assign(stage.world, world);
  return { stage, night: await stage.clock.runUntil(takeSteps(stage.ports, begin(stage, change), never)) };
}

const statuses = (night: Night) => night.steps.map(({ step, status }) => `${step} ${status}`).join(', ');
const noteOf = (night: Night, step: string) => night.steps.find((row) => row.step === step)?.note ?? '';

t.test('a night in which all goes well promotes its winner, and names all that it stands on', async (t) => {
  const { stage, night } = await nightOf({});
  t.equal(night.status, 'passed');
  t.equal(night.promoted, WINNER);
  t.ok(night.steps.every(({ status }) => status === 'done'));
  t.equal(stage.active, WINNER);
  t.equal(stage.looks, 1);
  t.same(stage.kept, night, 'what is returned is what is kept');
  const probes = night.steps.filter(({ probes = [] }) => probes.length > 0);
  t.same(
    probes.map(({ step, probes = [] }) => [
      step,
      probes.length,
      probes.every(({ madeBy }) => madeBy?.compiled_id === (step === 'verify' ? WINNER : 'default')),
    ]),
    [
      ['baseline', 5, true],
      ['verify', 5, true],
    ],
  );
  const check = await checkNight(night, async (id) => stage.has(id));
  t.same(check.dangling, []);
  t.ok(check.ids > 25, `${check.ids} ids`);
  const asked = [...stage.runs.values()].length;
  t.equal(night.costMsat, asked * 10, 'every prediction is in its cost');
});

t.test('what a night names and is not there is found', async (t) => {
  const { stage, night } = await nightOf({});
  const [lost] = stage.runs.keys();
  const check = await checkNight(night, async (id) => id.id !== lost && stage.has(id));
  t.same(check.dangling, [{ kind: 'run', id: lost, step: 'baseline' }]);
});

const HELD: [why: string, world: Partial<World>, change: object, steps: string, note: RegExp][] = [
  ['the search finds nothing better', { winner: null }, {}, 'compile', /searched/],
  ['the gate keeps what is in force', { verdict: 'keep' }, {}, 'gate', /keep/],
  ['the holdout is too small', { verdict: 'insufficient_evidence' }, {}, 'gate', /insufficient/],
  ['the canary harms', { errorRates: { [WINNER]: 0.7 } }, {}, 'canary', /auto_stopped/],
  ['the examples do not reach for the canary', { examples: 40 }, {}, 'canary', /40 examples/],
  [
    'the canary says nothing clear',
    { errorRates: { [WINNER]: 0.25, default: 0.2 } },
    {},
    'canary',
    /stopped: all examples were replayed/,
  ],
];
for (const [why, world, change, last, note] of HELD)
  t.test(`nothing is promoted where ${why}`, async (t) => {
    const { stage, night } = await nightOf(world, change);
    const isUndecided = last === 'canary' && !noteOf(night, last).startsWith('auto_stopped');
    t.equal(night.status, isUndecided ? 'held' : 'nothing_to_promote', statuses(night));
    t.equal(stage.pointers.length, 0);
    t.equal(night.steps.filter(({ status }) => status === 'done').at(-1)?.step, last);
    t.match(noteOf(night, last), note);
    t.equal(night.steps.length, 7, 'each step has a row');
    t.notOk([...stage.canaries.values()].some(isLive), 'no canary goes on unwatched');
  });

t.test('a promotion whose predictions are worse than before is rolled back, and the night failed', async (t) => {
  const stage = new NightStage();
  stage.world.scores = { default: 1, [WINNER]: 0 };
  const night = await stage.clock.runUntil(takeSteps(stage.ports, begin(stage, { probes: 20 }), never));
  t.equal(night.status, 'failed');
  t.equal(night.promoted, null);
  t.same(
    stage.pointers.map(({ action }) => action),
    ['promote', 'rollback'],
  );
  t.equal(stage.active, 'default');
  t.match(noteOf(night, 'verify'), /rolled back: worse than before/);
});

t.test('a promotion that others than the promoted parameters predict by is rolled back', async (t) => {
  const stage = new NightStage();
  const { desks } = stage;
  const ports = {
    ...stage.ports,
    desks: {
      ...desks,
      ask: async (...asked: Parameters<typeof desks.ask>) => {
        const made = await desks.ask(...asked);
        return stage.active === WINNER ? { ...made, madeBy: null } : made;
      },
    },
  };
  const night = await stage.clock.runUntil(takeSteps(ports, begin(stage), never));
  t.equal(night.status, 'failed');
  t.equal(stage.active, 'default');
  t.match(noteOf(night, 'verify'), /was not predicted by what was promoted/);
});

t.test('nothing is promoted where what was in force changed between the gate and the promotion', async (t) => {
  const stage = new NightStage();
  const { desks } = stage;
  const active = async () =>
    stage.canaries.size > 0 && ![...stage.canaries.values()].some(isLive) ? 'd'.repeat(64) : stage.active;
  const night = await stage.clock.runUntil(
    takeSteps({ ...stage.ports, desks: { ...desks, active } }, begin(stage), never),
  );
  t.equal(night.status, 'failed');
  t.equal(stage.pointers.length, 0);
  t.match(noteOf(night, 'promote'), /night-refused: the gate compared with default, and d+ is in force/);
});

t.test('a step that fails ends the night with its error, and leaves no canary behind', async (t) => {
  const stage = new NightStage();
  const { desks } = stage;
  const ask = async (...asked: Parameters<typeof desks.ask>) => {
    if ([...stage.canaries.values()].some(isLive)) throw new PylonError('backend-unavailable', { value: 'somewhere' });
    return desks.ask(...asked);
  };
  const night = await stage.clock.runUntil(
    takeSteps({ ...stage.ports, desks: { ...desks, ask } }, begin(stage), never),
  );
  t.equal(night.status, 'failed');
  t.match(noteOf(night, 'canary'), /^backend-unavailable: /);
  t.notOk([...stage.canaries.values()].some(isLive));
  t.equal(stage.pointers.length, 0);
});

t.test('when the window ends nothing more is begun, and what was promoted is verified all the same', async (t) => {
  const short = await nightOf({ predictionMs: 1_000_000 });
  t.equal(short.night.status, 'nothing_to_promote');
  t.match(statuses(short.night), /^baseline done, mine skipped/);
  const ends = await nightOf(
    { predictionMs: 50_000 },
    { canary: { traffic: 'replay', rolloutPct: 50, minSamples: 30, maxErrorRate: 0.2, alpha: 0.01, margin: 0.1 } },
  );
  t.match(noteOf(ends.night, 'canary'), /stopped: the window ended before the evidence was in/);
  t.notOk([...ends.stage.canaries.values()].some(isLive));
});

t.test('a canary on live traffic is watched until it is over', async (t) => {
  const stage = new NightStage();
  const night = begin(stage, {
    canary: { traffic: 'live', rolloutPct: 50, minSamples: 5, maxErrorRate: 0.2, alpha: 0.01, margin: 0.2 },
  });
  const running = takeSteps(stage.ports, night, never);
  let asked = 0;
  const people = () => {
    if ([...stage.canaries.values()].some(isLive))
      void stage.desks.ask('', `x-${asked++}`, { experiment: 'people' } as never, never);
    if (stage.kept?.endedAtMs === null) stage.clock.after(1_000, people);
  };
  stage.clock.after(1_000, people);
  const ended = await stage.clock.runUntil(running);
  t.equal(ended.status, 'passed', JSON.stringify(ended.steps.map(({ note }) => note)));
  t.ok(asked > 10);
});

t.test('a night that cannot be written down ends nothing: its canary goes on with it', async (t) => {
  const stage = new NightStage();
  const { book } = stage.ports;
  const keep = async (night: Night) => {
    if (night.open?.replayed === 'x-0009') throw new PylonError('store-failed', { reason: 'the disk is full' });
    await book.keep(night);
  };
  await t.rejects(takeSteps({ ...stage.ports, book: { keep } }, begin(stage), never), { code: 'store-failed' });
  t.ok([...stage.canaries.values()].some(isLive));
  const night = await stage.clock.runUntil(takeSteps(stage.ports, stage.kept as Night, never));
  t.equal(night.status, 'passed');
  t.equal(stage.canaries.size, 1);
});

t.test('an interrupted night stays as it was kept, and goes on by its open step', async (t) => {
  const stage = new NightStage();
  const stop = new AbortController();
  const { desks } = stage;
  const ask = async (...asked: Parameters<typeof desks.ask>) => {
    if (stage.runs.size === 3) stop.abort();
    return desks.ask(...asked);
  };
  await t.rejects(takeSteps({ ...stage.ports, desks: { ...desks, ask } }, begin(stage), stop.signal), {
    code: 'interrupted',
  });
  t.equal(stage.kept?.status, 'running');
  t.equal(stage.kept?.open?.probes.length, 3);
  const night = await stage.clock.runUntil(takeSteps(stage.ports, stage.kept as Night, never));
  t.equal(night.status, 'passed');
  t.equal(night.steps[0]?.probes?.length, 5);
});

t.test('a night that is found after its window is closed where it stood, and leaves no canary alone', async (t) => {
  for (const write of [4, 12, 40, 60]) {
    const stage = new NightStage();
    stage.death = { write, moment: 'after' };
    await t.rejects(takeSteps(stage.ports, begin(stage), never), { code: 'store-failed' });
    const open = stage.kept?.open?.step;
    const searched = stage.searches.size;
    stage.death = undefined;
    stage.clock.jump(7_200_000);
    const night = await stage.clock.runUntil(takeSteps(stage.ports, stage.kept as Night, never));
    t.equal(night.status, open === 'canary' ? 'held' : 'nothing_to_promote', `${open}`);
    t.equal(night.steps.length, 7);
    t.equal(stage.searches.size, searched, 'nothing is begun any more');
    t.notOk([...stage.canaries.values()].some(isLive));
    t.same((await checkNight(night, async (id) => stage.has(id))).dangling, []);
  }
});

t.test(
  'the next night with the same examples asks for the same search, and looks at the holdout no other time',
  async (t) => {
    const stage = new NightStage();
    stage.world.verdict = 'keep';
    for (const [laterMs, predictionMs] of [
      [0, 100],
      [240_000, 90],
      [100_000, 130],
    ] as const) {
      stage.world.predictionMs = predictionMs;
      const untilMs = stage.clock.now() + 3_600_000 + laterMs;
      await stage.clock.runUntil(takeSteps(stage.ports, begin(stage, { budgetSats: 1, untilMs }), never));
    }
    t.equal(stage.searches.size, 1);
    t.equal(stage.looks, 1);
  },
);

t.test('receipts are mined from the last night on that mined', async (t) => {
  const { stage, night } = await nightOf({});
  const mined = night.steps.find(({ step }) => step === 'mine');
  t.equal(begin(stage, {}, [night]).minesFromMs, mined?.startedAtMs);
  const failed = { ...night, steps: [] };
  t.equal(begin(stage, {}, [failed, night]).minesFromMs, mined?.startedAtMs, 'one that did not is passed over');
});
