// What the simulation of the gates adds up to: the figures by their names, the worlds they come from, and which of them break a bound.
import { clopperPearsonUpper95 } from '../swarm/statistics.ts';
import { type CanaryStops, type CanaryWorld, watchCanaries } from './canaries.ts';
import { type PromotionWorld, promoteRates, WORLD } from './promotions.ts';

/** Canary receipts within which harm is to be seen. */
const DETECT_WITHIN = 100;
const FAMILY = 10;
const BASE_RATES = [0.02, 0.05, 0.1, 0.15, 0.25] as const;
const HARM: CanaryWorld = { control: 0.05, canary: 0.25, receipts: 500 };
const BETTER = 0.9;

const LIMITS = { null_promote_rate: 0.05, family_promote_rate: 0.05, canary_false_alarm_rate: 0.01 } as const;
const LEAST = { power: 0.95, canary_detect_rate: 0.95 } as const;

interface Rates {
  readonly null_promote_rate: number;
  readonly family_promote_rate: number;
  readonly power: number;
  readonly canary_detect_rate: number;
  /** Null where fewer than 95 of 100 were stopped. */
  readonly canary_p95_receipts: number | null;
  readonly canary_false_alarm_rate: number;
}

export interface GatesReport extends Rates {
  readonly seed: number;
  readonly candidates: number;
  readonly canaries: number;
  readonly plain_rule: Rates;
  /** Upper end of the exact one-sided 95 % interval of each rate that has a limit. */
  readonly upper95: Readonly<Record<keyof typeof LIMITS, number>>;
  readonly promotions: readonly (PromotionWorld & { readonly trials: number; gate: number; plain: number })[];
  readonly canary_worlds: readonly (CanaryWorld & {
    readonly trials: number;
    readonly gate: number;
    readonly plain: number;
    readonly passed: number;
  })[];
  /** Bounds that do not hold, in words; none is how it should be. */
  readonly broken: readonly string[];
}

/** How much is simulated. */
export interface GatesScale {
  /** Worthless candidates, and as many that are better. */
  readonly candidates: number;
  /** Of graded rewards, which are resampled: slower. */
  readonly gradedFamilies: number;
  readonly canaries: number;
}

export const SCALE: GatesScale = { candidates: 2_000, gradedFamilies: 500, canaries: 2_000 };

function promotionWorlds({ candidates, gradedFamilies }: GatesScale): (PromotionWorld & { trials: number })[] {
  const of = (world: Partial<PromotionWorld>, trials = candidates) => ({ ...WORLD, ...world, trials });
  return [
    of({}),
    of({ family: FAMILY }),
    of({ candidate: BETTER }),
    of({ n: 50 }),
    of({ n: 200 }),
    of({ correlation: 0 }),
    of({ correlation: 0, family: FAMILY }),
    of({ isGraded: true }),
    of({ isGraded: true, n: 50 }),
    of({ isGraded: true, family: FAMILY }, gradedFamilies),
    of({ isGraded: true, candidate: BETTER }, gradedFamilies),
    of({ n: 50, candidate: BETTER }),
    of({ candidate: BETTER, correlation: 0 }),
    of({ candidate: 0.8 }),
    of({ calls: [10, 10] }),
    of({ calls: [10, 10], family: FAMILY }, gradedFamilies),
    of({ calls: [10, 7] }, gradedFamilies),
    of({ calls: [10, 5], candidate: 0.6 }, gradedFamilies),
  ];
}

function percentile95(stops: readonly number[], trials: number): number | null {
  return stops[Math.ceil(0.95 * trials) - 1] ?? null;
}

const within = (stops: readonly number[]) => stops.filter((stop) => stop <= DETECT_WITHIN).length;

/** Everything, of one seed: the same seed gives the same report. */
export function simulateGates(seed: number, scale: GatesScale): GatesReport {
  const promotions = promotionWorlds(scale).map((world, at) => ({
    ...world,
    ...promoteRates(seed * 1_009 + at, world.trials, world),
  }));
  const [alone, family, power] = promotions as [Rated, Rated, Rated];
  const harm = watchCanaries(seed, scale.canaries, HARM);
  const harmless = BASE_RATES.map((rate, at) => {
    const world: CanaryWorld = { control: rate, canary: rate, receipts: HARM.receipts };
    return { world, stops: watchCanaries(seed + at + 1, scale.canaries, world) };
  });
  const falseAlarms = (by: 'gate' | 'plain') =>
    Math.max(...harmless.map(({ stops }) => stops[by].length)) / scale.canaries;
  const rates = (by: 'gate' | 'plain'): Rates => ({
    null_promote_rate: alone[by],
    family_promote_rate: family[by],
    power: power[by],
    canary_detect_rate: within(harm[by]) / scale.canaries,
    canary_p95_receipts: percentile95(harm[by], scale.canaries),
    canary_false_alarm_rate: falseAlarms(by),
  });
  const told = (world: CanaryWorld, { gate, plain, passed }: CanaryStops) => ({
    ...world,
    trials: scale.canaries,
    gate: gate.length / scale.canaries,
    plain: plain.length / scale.canaries,
    passed,
  });
  const gate = rates('gate');
  return {
    seed,
    candidates: scale.candidates,
    canaries: scale.canaries,
    ...gate,
    plain_rule: rates('plain'),
    upper95: {
      null_promote_rate: upper(gate.null_promote_rate, alone.trials),
      family_promote_rate: upper(gate.family_promote_rate, family.trials),
      canary_false_alarm_rate: upper(gate.canary_false_alarm_rate, scale.canaries),
    },
    promotions,
    canary_worlds: [told(HARM, harm), ...harmless.map(({ world, stops }) => told(world, stops))],
    broken: brokenBounds(gate, promotions),
  };
}

type Rated = GatesReport['promotions'][number];

const upper = (rate: number, trials: number) => clopperPearsonUpper95(Math.round(rate * trials), trials);

const lower = (rate: number, trials: number) => 1 - upper(1 - rate, trials);

/** Nothing about the candidate is better, or what is cheaper about it is paid for with answers. */
function isWorthless({ baseline, candidate, calls }: PromotionWorld): boolean {
  return candidate < baseline || (candidate === baseline && (calls === undefined || calls[0] === calls[1]));
}

/** The figures by name, as they were measured; of the other worlds those that are surely above a limit. */
function brokenBounds(gate: Rates, promotions: readonly Rated[]): string[] {
  const broken: string[] = [];
  for (const [name, limit] of Object.entries(LIMITS) as [keyof typeof LIMITS, number][])
    if (gate[name] > limit) broken.push(`${name} is ${gate[name]}, at most ${limit} is allowed`);
  for (const [name, least] of Object.entries(LEAST) as [keyof typeof LEAST, number][])
    if (gate[name] < least) broken.push(`${name} is ${gate[name]}, at least ${least} is asked`);
  if ((gate.canary_p95_receipts ?? Number.POSITIVE_INFINITY) > DETECT_WITHIN)
    broken.push(`canary_p95_receipts is ${gate.canary_p95_receipts}, at most ${DETECT_WITHIN} is allowed`);
  for (const world of promotions)
    if (isWorthless(world) && lower(world.gate, world.trials) > LIMITS.null_promote_rate)
      broken.push(`${world.gate} are promoted where nothing is better: ${JSON.stringify(world)}`);
  return broken;
}
