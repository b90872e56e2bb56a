// `npm run simulate`: one simulated swarm, told by options, reported as one object. The same options at the same commit give the
// same trace_hash; the seed is always printed.
import { parseArgs } from 'node:util';
import { PylonError, toPylonError } from '../../../protocol/errors.ts';
import { BEHAVIOURS } from './behaviours.ts';
import { reportOf, type SwarmReport } from './report.ts';
import { CALM, SCENARIO, SCHEMES, type Scenario } from './scenario.ts';
import { Swarm } from './swarm.ts';
import { tailsOf } from './tails.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    runs: { type: 'string' },
    providers: { type: 'string' },
    chunks: { type: 'string' },
    fanout: { type: 'string' },
    byzantine: { type: 'string' },
    behaviour: { type: 'string' },
    'canary-detect': { type: 'string' },
    sleep: { type: 'string' },
    'honest-disagreement': { type: 'string' },
    stragglers: { type: 'string' },
    'straggler-factor': { type: 'string' },
    dead: { type: 'string' },
    slow: { type: 'string' },
    flaky: { type: 'string' },
    'service-ms': { type: 'string' },
    loss: { type: 'string' },
    duplication: { type: 'string' },
    reordering: { type: 'string' },
    deadline: { type: 'string' },
    timeout: { type: 'string' },
    quorum: { type: 'string' },
    budget: { type: 'string' },
    scheme: { type: 'string' },
    tier: { type: 'string' },
    compare: { type: 'boolean', default: false },
    strict: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

/** A number at least 0, or what a scenario has where nothing is said. */
function number(name: keyof typeof values, usual: number, most = Number.MAX_SAFE_INTEGER): number {
  const said = values[name];
  if (said === undefined) return usual;
  const value = Number(said);
  if (typeof said !== 'string' || said.trim() === '' || !(value >= 0 && value <= most))
    throw new PylonError('option-invalid', { value: `--${name} ${String(said)}`, reason: `it is from 0 to ${most}` });
  return value;
}

function oneOf<Word extends string>(name: 'scheme' | 'behaviour', words: readonly Word[], usual: Word): Word {
  const said = values[name];
  if (said === undefined) return usual;
  const word = words.find((one) => one === said);
  if (word === undefined)
    throw new PylonError('option-invalid', { value: `--${name} ${said}`, reason: `it is one of ${words.join(', ')}` });
  return word;
}

function scenarioOf(): Scenario {
  const usual = SCENARIO;
  return {
    ...usual,
    seed: number('seed', Math.floor(performance.timeOrigin) % 1_000_000),
    runs: number('runs', usual.runs),
    providers: number('providers', usual.providers),
    chunks: number('chunks', usual.chunks),
    fanout: number('fanout', usual.fanout),
    byzantine: number('byzantine', usual.byzantine, 1),
    behaviour: oneOf('behaviour', [...BEHAVIOURS, 'mixed' as const], usual.behaviour),
    canaryDetect: number('canary-detect', usual.canaryDetect, 1),
    sleep: number('sleep', usual.sleep),
    honestDisagreement: number('honest-disagreement', usual.honestDisagreement, 1),
    stragglers: number('stragglers', usual.stragglers, 1),
    stragglerFactor: number('straggler-factor', usual.stragglerFactor),
    dead: number('dead', usual.dead, 1),
    slow: number('slow', usual.slow, 1),
    flaky: number('flaky', usual.flaky, 1),
    serviceMs: number('service-ms', usual.serviceMs),
    network: {
      ...CALM,
      loss: number('loss', 0, 1),
      duplication: number('duplication', 0, 1),
      reordering: number('reordering', 0, 1),
      reorderingMs: 1_000,
    },
    scheme: oneOf('scheme', SCHEMES, usual.scheme),
    tier: values.tier ?? (number('byzantine', 0) > 0 ? 'credibility' : usual.tier),
    quorum: values.quorum ?? usual.quorum,
    budgetSats: number('budget', usual.budgetSats),
    timeoutMs: number('timeout', usual.timeoutMs / 1_000) * 1_000,
    deadlineMs: values.deadline === undefined ? undefined : number('deadline', 0) * 1_000,
  };
}

type TimedReport = SwarmReport & { wall_s: number };
/** By scenario: what is compared is in several comparisons. */
const simulated = new Map<string, TimedReport>();

async function simulate(scenario: Scenario): Promise<TimedReport> {
  const key = JSON.stringify(scenario);
  const known = simulated.get(key);
  if (known !== undefined) return known;
  const startedMs = performance.now();
  const outcome = await new Swarm(scenario, values.strict).run();
  const report = { ...reportOf(outcome), wall_s: Math.round(performance.now() - startedMs) / 1_000 };
  simulated.set(key, report);
  return report;
}

/** The same world with the fixed vote and without hedging, and, where requests straggle, without stragglers and what the tails come to. */
async function compared(scenario: Scenario): Promise<object> {
  const others: Record<string, SwarmReport> = {};
  for (const scheme of ['vote-2of3', 'no-hedge'] as const)
    if (scheme !== scenario.scheme) others[scheme] = await simulate({ ...scenario, scheme });
  if (scenario.stragglers === 0) return { compared: others };
  others['no-stragglers'] = await simulate({ ...scenario, stragglers: 0 });
  return { compared: others, tails: await tailsOf(scenario, simulate) };
}

try {
  const scenario = scenarioOf();
  const report = { seed: scenario.seed, scheme: scenario.scheme, ...(await simulate(scenario)) };
  const all = values.compare ? { ...report, ...(await compared(scenario)) } : report;
  if (values.json) console.log(JSON.stringify(all));
  else for (const [name, value] of Object.entries(all)) console.log(`${name.padEnd(24)} ${JSON.stringify(value)}`);
  if (report.invariant_faults > 0) process.exitCode = 1;
} catch (thrown) {
  console.error(toPylonError(thrown).message);
  process.exitCode = 2;
}
