// `pylon dse mine | tactics`: from explorations to examples, and to drafts of strategies.
import { resolve } from 'node:path';
import {
  type Mined,
  mineRequestSchema,
  type Tactic,
  tacticDraftRequestSchema,
  tacticRequestSchema,
} from '../../../protocol/dse/mining.ts';
import { EXIT, PylonError } from '../../../protocol/errors.ts';
import { momentMs } from '../../../protocol/run-list.ts';
import { plural, printBytes, printDuration, printSats, printShare } from '../../../protocol/words.ts';
import type { Engine } from '../../engine/port.ts';
import { checkedFlags } from '../checked-flags.ts';
import type { CliContext } from '../context.ts';
import { withEngine } from '../engine-access.ts';
import type { Flags } from '../flags.ts';
import { Notices } from '../notices.ts';
import { printable, printableJson } from '../printable.ts';
import { writeWhole } from '../write-whole.ts';
import { renderTable } from './history.ts';

const FLAG_OF = { sinceMs: 'since', tags: 'tag', tacticId: 'draft' };

const numberOf = (flag: unknown) => (flag === undefined ? undefined : Number(flag));

/** @throws PylonError `option-invalid` | `run-unknown` | `run-ambiguous` */
async function scopeOf({ clock }: CliContext, engine: Engine, flags: Flags): Promise<Record<string, unknown>> {
  const { signature, since, limit } = flags;
  const sinceMs = since === undefined ? undefined : momentMs(String(since), clock.now());
  if (since !== undefined && sinceMs === undefined)
    throw new PylonError('option-invalid', {
      value: String(since),
      reason: '--since must be a span such as 24h, or a day',
    });
  const run = flags.run === undefined ? undefined : await engine.runs.resolve(String(flags.run));
  const fromMs = sinceMs === undefined ? undefined : Math.max(0, Math.floor(sinceMs));
  return { signature, run, sinceMs: fromMs, limit: numberOf(limit) };
}

const cellsOf = ({ receiptId, outcome, refusal, reason }: Mined) => [
  receiptId,
  outcome,
  refusal ?? '',
  printable(reason),
];

export async function mine(context: CliContext, _words: readonly string[], flags: Flags): Promise<number> {
  const notices = new Notices(context.stderr);
  const { split, tag: tags, dryRun, unverified } = flags;
  const report = await withEngine(context, notices, async (engine) => {
    const given = { ...(await scopeOf(context, engine, flags)), split, tags, dryRun, unverified };
    return engine.mining.mine(checkedFlags(mineRequestSchema, given, FLAG_OF));
  });
  if (flags.json === true) {
    context.stdout.write(`${printableJson(report)}\n`);
    return EXIT.answer;
  }
  context.stdout.write(renderTable(report.receipts.map(cellsOf)));
  const { looked, mined, pending, known, refused } = report;
  const said = report.dryRun ? ' (nothing was written)' : '';
  notices.line(
    `${plural(looked, 'exploration')}: ${mined} mined, ${pending} to judge, ${known} known, ${refused} refused${said}`,
  );
  for (const { exampleId, split: side, besides } of report.moved)
    notices.line(`${exampleId} is in ${side}: it asks nearly the same as ${besides}`);
  if (looked === 0) notices.line('explore first: `pylon rlm "…" --file … --strategy rlm_lite`');
  return EXIT.answer;
}

function renderTactic({ tacticId, operations, isWhole, precondition, stopRule, budgets, ...tactic }: Tactic): string {
  const { inputBytes, kinds, words, quotesPhrase } = precondition;
  const questions = [
    words.length === 0 ? '' : `asked with ${words.join(', ')}`,
    quotesPhrase ? 'quoting a phrase' : '',
  ].filter(Boolean);
  const { min, max } = stopRule.citations;
  const score = tactic.meanScore === null ? '' : `, mean score ${tactic.meanScore.toFixed(2)}`;
  const { calls, subCalls, msat, latencyMs } = tactic.mean;
  return [
    `${tacticId}  ${operations.join(' > ')}${isWhole ? '' : '  (a part)'}`,
    `  when   ${[`${printBytes(inputBytes.min)} to ${printBytes(inputBytes.max)}`, kinds.join(' '), ...questions].filter(Boolean).join('; ')}`,
    `  stops  after ${stopRule.lastOperation} with ${stopRule.rows.min} to ${stopRule.rows.max} rows; ${min} to ${max} citations`,
    `  most   ${budgets.rlmIterations} steps, ${budgets.lmCalls} calls, ${budgets.subLmCalls} leaves`,
    `  used   ${plural(tactic.traces, 'time')} (${printShare(tactic.share)}), good ${printShare(tactic.goodShare)}${score}`,
    `  costs  ${calls.toFixed(1)} calls, ${subCalls.toFixed(1)} leaves, ${printSats(msat)} sats, ${printDuration(latencyMs)}`,
    '',
  ].join('\n');
}

async function writeDraft(context: CliContext, engine: Engine, given: object, flags: Flags): Promise<number> {
  const asked = { ...given, tacticId: flags.draft, name: flags.name };
  const draft = await engine.mining.draft(checkedFlags(tacticDraftRequestSchema, asked, FLAG_OF));
  const text = `${printableJson(draft, 2)}\n`;
  if (flags.output === undefined) context.stdout.write(text);
  else {
    const path = resolve(context.cwd, String(flags.output));
    await writeWhole(
      path,
      (async function* () {
        yield text;
      })(),
    );
    context.stdout.write(`${path}\n`);
  }
  return EXIT.answer;
}

export async function tactics(context: CliContext, _words: readonly string[], flags: Flags): Promise<number> {
  const notices = new Notices(context.stderr);
  return withEngine(context, notices, async (engine) => {
    const given = { ...(await scopeOf(context, engine, flags)), minTraces: numberOf(flags.minTraces) };
    if (flags.draft !== undefined) return writeDraft(context, engine, given, flags);
    const report = await engine.mining.tactics(checkedFlags(tacticRequestSchema, given, FLAG_OF));
    if (flags.json === true) context.stdout.write(`${printableJson(report)}\n`);
    else context.stdout.write(printable(report.tactics.map(renderTactic).join('\n')));
    if (flags.json !== true && report.tactics.length === 0)
      notices.line(`no two of ${plural(report.traces, 'exploration')} did the same`);
    return EXIT.answer;
  });
}
