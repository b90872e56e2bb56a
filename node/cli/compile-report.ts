// A compile as a person reads it: what was searched, the best candidates with their figures, and which one was chosen and why.
import type { CompileCandidate, CompileHead, CompileReport } from '../../protocol/dse/compile.ts';
import { plural } from '../../protocol/words.ts';
import { renderTable } from './commands/history.ts';

const SHOWN = 10;

/** One line for each: id, signature, state, candidates, chosen. */
export function compileRows(heads: readonly CompileHead[]): string[][] {
  return heads.map(({ reportId, job, status, tried, calls, chosen }) => [
    reportId,
    job.signatureId,
    job.optimizer,
    status,
    plural(tried, 'candidate'),
    plural(calls, 'call'),
    chosen?.compiled_id.slice(0, 16) ?? '-',
  ]);
}

/** @param all every candidate; else the best of those tried on all of dev */
export function reportText(report: CompileReport, all: boolean): string {
  const { reportId, job, status, candidates, calls, cacheHits, spentMsat, chosen } = report;
  const shown = all ? candidates : bestOf(candidates);
  const lines = [
    `compile ${reportId}  ${job.signatureId}  ${status}`,
    `${job.optimizer}, reward ${job.reward}, model ${job.model}, seed ${job.seed}`,
    `${plural(candidates.length, 'candidate')} tried, ${plural(calls, 'call')}, ${cacheHits} known before, ${spentMsat / 1_000} sats`,
    '',
    renderTable(shown.map((candidate) => cellsOf(candidate, report))).trimEnd(),
  ];
  if (shown.length < candidates.length) lines.push(`… ${candidates.length - shown.length} more: --all`);
  lines.push('* on the frontier of score, sats, tokens and latency', '');
  if (chosen !== null) lines.push(`chosen: ${chosen.compiled_id}`, chosen.why);
  return `${lines.join('\n')}\n`;
}

function bestOf(candidates: readonly CompileCandidate[]): CompileCandidate[] {
  const whole = candidates.filter(({ devScore }) => devScore !== null);
  return whole.sort((left, right) => right.devScore! - left.devScore!).slice(0, SHOWN);
}

function cellsOf(candidate: CompileCandidate, { chosen }: CompileReport): string[] {
  const { paramsHash, devScore, scores, usage, costMsat, latencyMs, errors, isOnFrontier, origin } = candidate;
  const tried = Object.keys(scores).length;
  const mark = `${paramsHash === chosen?.paramsHash ? '>' : ' '}${isOnFrontier ? '*' : ' '}`;
  return [
    mark,
    paramsHash.slice(0, 12),
    devScore === null ? `(${tried} tried)` : devScore.toFixed(3),
    `${costMsat / 1_000} sats`,
    `${Math.round((usage.input_tokens + usage.output_tokens) / Math.max(1, tried))} tokens`,
    `${latencyMs.toFixed(1)} ms`,
    plural(errors, 'error'),
    origin.how,
  ];
}
