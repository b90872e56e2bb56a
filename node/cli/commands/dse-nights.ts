// `pylon dse overnight | nights`.
import {
  type Night,
  type NightCheck,
  type NightRequest,
  nightCanarySchema,
  nightCompileSchema,
  nightGateSchema,
  nightRequestSchema,
  nightSelectionSchema,
} from '../../../protocol/dse/overnight.ts';
import { EXIT } from '../../../protocol/errors.ts';
import type { NightDesk } from '../../engine/night-port.ts';
import { homeOf } from '../../home.ts';
import { loadConfig } from '../../settings/config.ts';
import { checkedFlags } from '../checked-flags.ts';
import type { CliContext } from '../context.ts';
import { withEngine } from '../engine-access.ts';
import type { Flags } from '../flags.ts';
import { interruptible } from '../interruptible.ts';
import { nightCells, nightText } from '../night-text.ts';
import { Notices } from '../notices.ts';
import { printable, printableJson } from '../printable.ts';
import { nextTimeOfDay } from '../until.ts';
import { renderTable } from './history.ts';

const UNTIL_DEFAULT = '07:00';

const numberOf = (flag: unknown) => (flag === undefined ? undefined : Number(flag));

/** All but which signature, and what of the budget is left for it. */
async function termsOf(context: CliContext, flags: Flags): Promise<Omit<NightRequest, 'signatureId'>> {
  const config = await loadConfig(homeOf(context.environment), context.environment);
  const { backend = config.get('backend')?.value, model = config.get('model')?.value } = flags;
  const { subModel = config.get('sub_model')?.value } = flags;
  const { optimizer, reward, judge: judgeHash } = flags;
  const search = { optimizer, reward, judgeHash, maxCalls: numberOf(flags.budgetCalls), seed: numberOf(flags.seed) };
  const canary = {
    traffic: flags.traffic,
    rolloutPct: numberOf(flags.rollout),
    minSamples: numberOf(flags.minSamples),
    maxErrorRate: numberOf(flags.maxErrorRate),
    margin: numberOf(flags.margin),
  };
  const gate = {
    goal: flags.goal,
    minDelta: numberOf(flags.minDelta),
    maxCostRatio: numberOf(flags.maxCostRatio),
    maxLatencyRatio: numberOf(flags.maxLatencyRatio),
    maxScoreDrop: numberOf(flags.maxScoreDrop),
  };
  const given = {
    untilMs: nextTimeOfDay(String(flags.until ?? UNTIL_DEFAULT), context.clock.now()),
    budgetSats: numberOf(flags.budgetSats),
    probes: numberOf(flags.probes),
    compile: checkedFlags(nightCompileSchema, search, { maxCalls: 'budgetCalls', judgeHash: 'judge' }),
    gate: checkedFlags(nightGateSchema, gate),
    canary: checkedFlags(nightCanarySchema, canary, { rolloutPct: 'rollout' }),
    backend,
    model,
    subModel,
  };
  return checkedFlags(nightRequestSchema.omit({ signatureId: true }), given);
}

/** One night after the other; each may spend its share of what those before it left. */
async function takeNights(
  desk: NightDesk,
  notices: Notices,
  signatures: readonly string[],
  terms: Omit<NightRequest, 'signatureId'>,
  signal: AbortSignal,
): Promise<readonly Night[]> {
  const nights: Night[] = [];
  let leftSats = terms.budgetSats;
  for (const [at, signatureId] of signatures.entries()) {
    const budgetSats = Math.floor((leftSats * 1_000) / (signatures.length - at)) / 1_000;
    const started = await desk.start({ ...terms, signatureId, budgetSats }, signal);
    const { nightId, isResumed, finished } = started;
    notices.line(
      `night ${nightId} of ${signatureId}${isResumed ? ' goes on, as it was asked for when it was begun' : ''}`,
    );
    const night = await finished;
    nights.push(night);
    leftSats = Math.max(0, leftSats - night.costMsat / 1_000);
  }
  return nights;
}

/** @returns 0 where no night failed, whether anything was promoted or not */
export async function overnight(context: CliContext, _words: readonly string[], flags: Flags): Promise<number> {
  const signatures = [...new Set(flags.signature as readonly string[])];
  const notices = new Notices(context.stderr);
  const terms = await termsOf(context, flags);
  const nights = await withEngine(context, notices, (engine) =>
    interruptible(context, notices, 'the night can be gone on with by the same command', (signal) =>
      takeNights(engine.nights, notices, signatures, terms, signal),
    ),
  );
  if (flags.json === true) context.stdout.write(`${printableJson({ nights })}\n`);
  else context.stdout.write(printable(nights.map(nightText).join('\n')));
  return nights.some(({ status }) => status === 'failed') ? EXIT.failed : EXIT.answer;
}

interface Told {
  readonly nights: readonly Night[];
  readonly checks: readonly NightCheck[];
  readonly nextBefore: string | null;
}

async function read(desk: NightDesk, id: string | undefined, flags: Flags): Promise<Told> {
  const { signature, before, limit } = flags;
  const { nights, next_before: nextBefore } =
    id === undefined
      ? await desk.list(checkedFlags(nightSelectionSchema, { signature, before, limit }))
      : { nights: [await desk.read(id)], next_before: null };
  const checks: NightCheck[] = [];
  if (flags.check === true) for (const { nightId } of nights) checks.push(await desk.check(nightId));
  return { nights, checks, nextBefore };
}

export async function nights(context: CliContext, words: readonly string[], flags: Flags): Promise<number> {
  const [id] = words;
  const notices = new Notices(context.stderr);
  const told = await withEngine(context, notices, (engine) => read(engine.nights, id, flags));
  if (flags.json === true) {
    const checks = flags.check === true ? { checks: told.checks } : {};
    context.stdout.write(`${printableJson({ nights: told.nights, ...checks, next_before: told.nextBefore })}\n`);
  } else if (id !== undefined) context.stdout.write(printable(told.nights.map(nightText).join('\n')));
  else context.stdout.write(printable(renderTable(told.nights.map(nightCells))));
  if (told.nights.length === 0) notices.line('no night yet: pylon dse overnight --signature <id>');
  if (told.nextBefore !== null) notices.line(`older ones: --before ${told.nextBefore}`);
  return tellChecks(notices, told.checks);
}

function tellChecks(notices: Notices, checks: readonly NightCheck[]): number {
  const dangling = checks.flatMap(({ nightId, dangling: ids }) => ids.map((id) => ({ nightId, ...id })));
  for (const { nightId, step, kind, id } of dangling) notices.line(`night ${nightId}, ${step}: no ${kind} ${id}`);
  const looked = checks.reduce((sum, { ids }) => sum + ids, 0);
  if (checks.length > 0) notices.line(`${looked} ids looked up, ${dangling.length} not there`);
  return dangling.length === 0 ? EXIT.answer : EXIT.failed;
}
