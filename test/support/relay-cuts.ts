// A run of many jobs over a relay that is cut again and again, and the count of what was lost or done twice.
import { realClock } from '../../node/clock.ts';
import { toPylonError } from '../../protocol/errors.ts';
import { CuttingProxy } from './cutting-proxy.ts';
import { seededRandom } from './seeded-random.ts';
import { ANNOUNCEMENT, askOf, eventually, quotingBackend, Swarm } from './swarm.ts';

export interface RelayCutsOptions {
  readonly jobs: number;
  readonly cuts: number;
  readonly seed: number;
  readonly providers?: number;
  readonly inFlight?: number;
}

export interface RelayCutsOutcome {
  readonly answered: number;
  /** Jobs that were not answered, with the reason. */
  readonly lost: readonly string[];
  /** Jobs that a backend was given more than once. */
  readonly executedTwice: number;
  readonly executed: number;
  readonly cuts: number;
}

/** Cuts fall after random numbers of answered jobs, so that they hit whatever is under way then. */
export async function runThroughCuts(options: RelayCutsOptions): Promise<RelayCutsOutcome> {
  const { jobs, cuts, seed, providers = 2, inFlight = 16 } = options;
  const random = seededRandom(seed);
  const cutAfter = Array.from({ length: cuts }, () => Math.floor(random.fraction() * jobs)).sort((a, b) => a - b);
  const executions = new Map<string, number>();
  const backend = quotingBackend(({ text }) => {
    executions.set(text, (executions.get(text) ?? 0) + 1);
  });
  const swarm = await Swarm.start();
  const proxy = await CuttingProxy.start(swarm.relay.url);
  try {
    const urls = [proxy.url];
    for (let made = 0; made < providers; made += 1)
      await swarm.provider({ backend, pool: swarm.pool({ urls }), announcement: { ...ANNOUNCEMENT, concurrency: 4 } });
    const pool = swarm.pool({ urls });
    const market = swarm.market({ pool, clock: realClock() });
    await eventually('all offers', () => market.offers().length === providers);
    const lost: string[] = [];
    let answered = 0;
    let next = 0;
    const worker = async () => {
      while (next < jobs) {
        const job = next;
        next += 1;
        const offer = market.offers()[job % providers]!;
        const signal = new AbortController().signal;
        try {
          await market.ask(askOf(offer, `job ${job}\n${'x'.repeat(400)}`), { signal, onSignOfLife: () => undefined });
          answered += 1;
        } catch (thrown) {
          lost.push(`job ${job}: ${toPylonError(thrown).message}`);
        }
        while (cutAfter[0] !== undefined && cutAfter[0] <= answered) {
          cutAfter.shift();
          // A cut of a line that is not up again would be none.
          await eventually('a connection', () => pool.relays()[0]?.status === 'open');
          proxy.cut();
        }
      }
    };
    await Promise.all(Array.from({ length: inFlight }, worker));
    const counts = [...executions.values()];
    const executedTwice = counts.filter((count) => count > 1).length;
    return { answered, lost, executedTwice, executed: executions.size, cuts: proxy.cuts };
  } finally {
    await proxy.close();
    await swarm.close();
  }
}
