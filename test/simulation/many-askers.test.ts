import t from 'tap';
import { balancesWithin } from '../../ledger/book/accounts.ts';
import { Asker } from './asker.ts';
import { addFigures, inLanes, noFigures } from './rounds.ts';
import { Scene } from './scene.ts';

const ASKERS = 32;
const PROVIDERS = 3;
const TWICE = 8;
const SEED = 20_261_124;
/** Runs after which nothing may be owed any more: a payment that fails is made by the next. */
const SETTLING_RUNS_MAX = 6;
async function manyAskers(scene: Scene, name: string) {
  const askers: Asker[] = [];
  for (let made = 1; made <= ASKERS; made++) askers.push(await Asker.open(scene, `${name}-${made}`));
  return askers;
}

t.test(`${ASKERS} ask ${PROVIDERS} providers at once, each pays its part, and all books balance`, async (t) => {
  const scene = await Scene.open(t, { seed: SEED, providers: PROVIDERS, scale: 1 });
  const askers = await manyAskers(scene, 'asker');
  const figures = noFigures();
  // Some make two runs at once: a payment for one must not write the other one off.
  const asking = [...askers, ...askers.slice(0, TWICE)];
  const records = await Promise.all(asking.map((asker) => asker.run()));
  t.same([...new Set(records.map((record) => record?.status))], ['done']);
  await inLanes(askers, ASKERS, async (asker) => {
    if (!(await asker.settle(SETTLING_RUNS_MAX))) figures.faults.push(`not paid: ${asker.told.join('; ')}`);
  });
  for (const asker of askers) {
    const audited = await asker.close();
    addFigures(figures, audited);
    figures.faults.push(...audited.faults);
  }
  t.same(figures.faults, []);
  t.same(await scene.providersAgree(), []);
  const { rows } = scene;
  const sum = (folder: string) =>
    rows.flatMap((one) => [...balancesWithin(one, folder)]).reduce((all, [, msat]) => all + msat, 0);
  t.equal(sum('received/'), figures.paidMsat, 'what came in is what was paid');
  // Work that was late is not owed (docs/protocol.md), and a busy machine is late: only then may the two sides differ.
  const wasLate = records.some((record) => (record?.metrics.timeouts ?? 0) + (record?.metrics.cancelled ?? 0) > 0);
  if (!wasLate) t.equal(sum('due/'), 0, 'nothing is due');
  if (!wasLate) t.equal(sum('disputed/'), 0, 'and nothing was written off');
  t.comment(JSON.stringify(figures));
});
