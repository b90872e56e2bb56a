// How long the slowest runs take where jobs straggle, and what that costs, for each way to meet it: held against the same checking
// in the same world without stragglers. One object, so that no figure of it stands alone.
import type { SwarmReport } from './report.ts';
import type { Scenario } from './scenario.ts';

/** The fixed vote as a tier of ours: hedged. As a scheme it is the same vote, and only waits. */
const VOTE = 'redundancy:2of3';

export interface Tail {
  readonly p50_ms: number;
  readonly p99_ms: number;
  /** p99_ms by the median of the same checking without stragglers. */
  readonly p99_ratio: number;
  /** Jobs asked beyond those of the same checking without stragglers, as a share of them. */
  readonly extra_spend_ratio: number;
}

function tailOf(straggling: SwarmReport, clean: SwarmReport): Tail {
  const { p50_ms, p99_ms, executions_per_chunk: asked } = straggling;
  const extra = asked / clean.executions_per_chunk - 1;
  return { p50_ms, p99_ms, p99_ratio: p99_ms / clean.p50_ms, extra_spend_ratio: extra };
}

/**
 * The asked scheme and the fixed vote, each hedged and only waiting.
 * @param simulate runs one world
 */
export async function tailsOf(
  scenario: Scenario,
  simulate: (scenario: Scenario) => Promise<SwarmReport>,
): Promise<Record<string, Tail>> {
  const tails: Record<string, Tail> = {};
  const patient = { ours: 'no-hedge', vote: 'vote-2of3' } as const;
  for (const [name, tier] of [
    ['ours', scenario.tier],
    ['vote', VOTE],
  ] as const) {
    const hedged: Scenario = { ...scenario, tier, scheme: 'ours' };
    const clean = await simulate({ ...hedged, stragglers: 0 });
    tails[`${name}-hedged`] = tailOf(await simulate(hedged), clean);
    const waiting: Scenario = { ...hedged, scheme: patient[name] };
    tails[`${name}-waiting`] = tailOf(await simulate(waiting), await simulate({ ...waiting, stragglers: 0 }));
  }
  return tails;
}
