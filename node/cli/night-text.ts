// A night of improvement as text.
import type { Night } from '../../protocol/dse/overnight.ts';
import { renderTable } from './commands/history.ts';

const seconds = (fromMs: number, toMs: number) => `${((toMs - fromMs) / 1_000).toFixed(1)} s`;
const STATUS = {
  passed: 'passed',
  failed: 'failed',
  nothing_to_promote: 'nothing to promote',
  held: 'held: the canary was not decided',
} as const;

function statusOf({ status, open }: Night): string {
  if (status !== 'running') return STATUS[status];
  return open === null ? 'not over' : `not over, at ${open.step}`;
}

/** Step by step, with what each came to. */
export function nightText(night: Night): string {
  const rows = night.steps.map(({ step, status, startedAtMs, endedAtMs, ids, note }) => [
    step,
    status,
    status === 'skipped' ? '' : seconds(startedAtMs, endedAtMs),
    ids.length === 0 ? '' : `${ids.length} ids`,
    note,
  ]);
  const head = [
    `night ${night.nightId} of ${night.signatureId}: ${statusOf(night)}`,
    `promoted ${night.promoted ?? 'nothing'}; ${night.costMsat / 1_000} of ${night.budgetMsat / 1_000} sats`,
  ];
  return `${head.join('\n')}\n${renderTable(rows)}`;
}

/** Its row in a list. */
export function nightCells(night: Night): string[] {
  const { nightId, signatureId, window, promoted } = night;
  const when = new Date(window.fromMs).toISOString().slice(0, 16).replace('T', ' ');
  return [nightId, when, signatureId, statusOf(night), promoted?.slice(0, 16) ?? ''];
}
