// What a gate found, in words and figures.
import type { Promotion } from '../../protocol/dse/promotion.ts';
import { renderTable } from './commands/history.ts';

const ID_CHARS = 16;
const shortened = (compiledId: string) => compiledId.slice(0, ID_CHARS);
const figure = (value: number) => String(Number(value.toPrecision(3)));

const TESTS = { mcnemar: 'exact McNemar', paired_bootstrap: 'paired bootstrap' } as const;
const HARMS = {
  score: 'score, less by',
  cost: 'cost, times',
  latency: 'latency, times',
  error_rate: 'errors, more by',
} as const;

/** The verdict, and whether the pointer moved. */
function outcomeOf({ verdict, override, movedPointer }: Promotion): string {
  if (override !== null) return `${verdict}, overridden by ${override.by}: ${override.reason}`;
  return movedPointer ? verdict : `${verdict}; what is in force stays`;
}

function armRow(name: string, { compiled_id, score, calls, costMsat, latencyMs, errorRate }: Promotion['baseline']) {
  const cells = [score, calls, costMsat, latencyMs, errorRate].map(figure);
  return [name, shortened(compiled_id), ...cells];
}

/** Several lines. */
export function promotionText(promotion: Promotion): string {
  const { promotionId, signatureId, baseline, candidate, look, test, nonInferiority, n, reason, rule } = promotion;
  const arms = [
    ['', 'artifact', 'score', 'calls', 'msat', 'ms', 'errors'],
    armRow('in force', baseline),
    armRow('candidate', candidate),
  ];
  const bounds = [
    ['bounds', 'at most', 'allowed', ''],
    ...nonInferiority.map(({ what, ratioOrDelta, bound, holds }) => [
      HARMS[what],
      figure(ratioOrDelta),
      figure(bound),
      holds ? 'holds' : 'does not hold',
    ]),
  ];
  return [
    `${promotionId}  ${signatureId}\n`,
    `${outcomeOf(promotion)}\n${reason}\n\n`,
    renderTable(arms),
    '\n',
    `${TESTS[test.name]} on ${n} held-out examples, look ${look}: p ${figure(test.p)}, at most ${figure(test.alpha)}; `,
    `${rule.goal === 'score' ? 'gain' : 'share of the cost saved'} ${figure(test.delta)}, at least ${figure(test.minHoldoutDelta)}\n\n`,
    renderTable(bounds),
  ].join('');
}

/** One line of a list. */
export function promotionCells(promotion: Promotion): string[] {
  const { promotionId, signatureId, atMs, candidate, baseline, test, n, look } = promotion;
  return [
    promotionId,
    new Date(atMs).toISOString().slice(0, 16).replace('T', ' '),
    signatureId,
    `${shortened(baseline.compiled_id)} → ${shortened(candidate.compiled_id)}`,
    `${figure(baseline.score)} → ${figure(candidate.score)}`,
    `p ${figure(test.p)}, n ${n}, look ${look}`,
    outcomeOf(promotion),
  ];
}
