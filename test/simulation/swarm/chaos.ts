// A world of trouble for each seed: who lies and how, what the network does, when it is cut, who leaves, which clock jumps. The
// rates are drawn as well, so that a thousand seeds are a thousand different swarms, quiet ones among them.
import { BEHAVIOURS } from './behaviours.ts';
import { type Network, SCENARIO, type Scenario } from './scenario.ts';
import { Stream } from './streams.ts';

const DEADLINE_MS = 20_000;
const TIERS = ['none', 'credibility', 'credibility', 'redundancy:2of3'];

/** Often none, sometimes little, seldom much. */
function rate(random: Stream, most: number): number {
  return random.chance(0.4) ? 0 : most * random.fraction() ** 2;
}

function networkOf(random: Stream): Network {
  const cut = () => {
    const fromMs = random.integer(10_000);
    const region = random.chance(0.5) ? {} : { region: random.integer(3) };
    return { fromMs, toMs: fromMs + random.integer(30_000), ...region };
  };
  return {
    regionMs: [2, random.between(5, 80), random.between(50, 400)],
    jitter: random.between(0.05, 0.8),
    handlingMs: random.chance(0.2) ? random.between(0, 20) : 0,
    loss: rate(random, 0.5),
    duplication: rate(random, 1),
    reordering: rate(random, 1),
    reorderingMs: random.integer(5_000),
    partitions: Array.from({ length: random.integer(3) }, cut),
    messageBytesMax: random.chance(0.05) ? 1_000 : 65_536,
    messagesPerSecond: random.chance(0.2) ? 1 + random.integer(100) : Number.POSITIVE_INFINITY,
  };
}

export function chaos(seed: number): Scenario {
  const random = new Stream(seed, 'chaos');
  const behaviours = [...BEHAVIOURS, 'mixed' as const];
  const providers = random.chance(0.1) ? random.integer(3) : 3 + random.integer(40);
  return {
    ...SCENARIO,
    seed,
    runs: 1 + random.integer(3),
    chunks: 1 + random.integer(60),
    providers,
    byzantine: rate(random, 1),
    behaviour: random.pick(behaviours),
    canaryDetect: random.fraction(),
    stragglers: rate(random, 0.5),
    dead: rate(random, 1),
    slow: rate(random, 0.5),
    flaky: rate(random, 0.5),
    serviceMs: random.between(5, 2_000),
    serviceSpread: random.between(0, 1),
    network: networkOf(random),
    tier: random.pick(TIERS),
    fanout: 1 + random.integer(40),
    quorum: ['all', '0.8', '5', 'best-effort'][random.integer(4)]!,
    budgetSats: random.chance(0.2) ? random.integer(3) : 1_000,
    timeoutMs: 1_000 + random.integer(30_000),
    deadlineMs: DEADLINE_MS,
    vanishAtMs: random.chance(0.1) ? random.integer(10_000) : undefined,
    jump: random.chance(0.2)
      ? { kind: random.chance(0.5) ? 'set' : 'sleep', atMs: random.integer(10_000), byMs: random.integer(7_200_000) }
      : undefined,
  };
}
