// `pylon dse compile | compiles | report`.
import { type CompilePlan, type CompileReport, compileRequestSchema } from '../../../protocol/dse/compile.ts';
import { CATALOGUE, EXIT, isErrorCode } from '../../../protocol/errors.ts';
import { homeOf } from '../../home.ts';
import { loadConfig } from '../../settings/config.ts';
import { checkedFlags } from '../checked-flags.ts';
import { compileRows, reportText } from '../compile-report.ts';
import type { CliContext } from '../context.ts';
import { withEngine } from '../engine-access.ts';
import type { Flags } from '../flags.ts';
import { interruptible } from '../interruptible.ts';
import { readJsonInput } from '../json-input.ts';
import { Notices } from '../notices.ts';
import { printable, printableJson } from '../printable.ts';
import { renderTable } from './history.ts';

/** What the schema calls a flag. */
const FLAGS = { judgeHash: 'judge', maxCalls: 'budgetCalls', maxSats: 'budgetSats', maxTimeMs: 'maxTime' };

const numberOf = (flag: unknown) => (flag === undefined ? undefined : Number(flag));

async function requestOf(context: CliContext, signatureId: string, flags: Flags) {
  const config = await loadConfig(homeOf(context.environment), context.environment);
  const { backend = config.get('backend')?.value, model = config.get('model')?.value } = flags;
  const { subModel = config.get('sub_model')?.value } = flags;
  const seconds = numberOf(flags.maxTime);
  const given = {
    signatureId,
    optimizer: flags.optimizer,
    reward: flags.reward,
    judgeHash: flags.judge,
    space: flags.space === undefined ? undefined : await readJsonInput(context, String(flags.space)),
    maxCalls: numberOf(flags.budgetCalls),
    maxSats: numberOf(flags.budgetSats),
    maxTimeMs: seconds === undefined ? undefined : Math.round(seconds * 1_000),
    seed: numberOf(flags.seed),
    resume: flags.resume,
    backend,
    model,
    subModel,
  };
  return checkedFlags(compileRequestSchema, given, FLAGS);
}

function tellPlan(notices: Notices, { reportId, job, examples, spaceSize, proposalsAffordable }: CompilePlan): void {
  const { optimizer, reward, model, budget } = job;
  notices.line(`compile ${reportId}: ${optimizer} over ${spaceSize} combinations, reward ${reward}, model ${model}`);
  notices.line(
    `${examples.train} train and ${examples.dev} dev examples; ${proposalsAffordable} proposals affordable with ${budget.maxCalls} calls`,
  );
}

function exitOf({ error }: CompileReport): number {
  if (error === null) return EXIT.answer;
  return isErrorCode(error.code) ? CATALOGUE[error.code].exit : EXIT.failed;
}

export async function compile(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  const request = await requestOf(context, words[0] ?? '', flags);
  const notices = new Notices(context.stderr);
  return withEngine(context, notices, async ({ compiles }) => {
    if (flags.dryRun === true) {
      const plan = await compiles.plan(request);
      if (flags.json === true) context.stdout.write(`${printableJson(plan)}\n`);
      tellPlan(notices, plan);
      return EXIT.answer;
    }
    const report = await interruptible(context, notices, 'keeping what was tried', async (signal) => {
      const { plan, finished } = await compiles.start(request, signal);
      tellPlan(notices, plan);
      return finished;
    });
    if (flags.json === true) context.stdout.write(`${printableJson(report)}\n`);
    else context.stdout.write(printable(reportText(report, false)));
    if (report.error !== null) notices.line(report.error.message);
    else
      notices.line(`hold it against held-out examples: pylon dse promote ${report.chosen?.compiled_id.slice(0, 16)}`);
    return exitOf(report);
  });
}

export async function compiles(context: CliContext, _words: readonly string[], flags: Flags): Promise<number> {
  const notices = new Notices(context.stderr);
  const signature = flags.signature === undefined ? undefined : String(flags.signature);
  const heads = await withEngine(context, notices, (engine) => engine.compiles.list(signature));
  if (flags.json === true) context.stdout.write(`${printableJson({ compiles: heads })}\n`);
  else if (heads.length === 0) notices.line('nothing was compiled yet: pylon dse compile <signature>');
  else context.stdout.write(printable(renderTable(compileRows(heads))));
  return EXIT.answer;
}

export async function report(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  const read = await withEngine(context, new Notices(context.stderr), (engine) => engine.compiles.read(words[0] ?? ''));
  if (flags.json === true) context.stdout.write(`${printableJson(read)}\n`);
  else context.stdout.write(printable(reportText(read, flags.all === true)));
  return EXIT.answer;
}
