// `pylon bench tactic`: what explorations of logs teach, from the first of them to a distilled search in force, in a home of its own. The
// explorations of training tasks are run and mined; the tactic that they share becomes the space of a compile; its winner goes through the
// gate; and held-out tasks are answered before and after, by real runs.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CompileReport } from '../../../protocol/dse/compile.ts';
import type { TacticDraft } from '../../../protocol/dse/mining.ts';
import type { Promotion } from '../../../protocol/dse/promotion.ts';
import { PylonError } from '../../../protocol/errors.ts';
import { LONG_CONTEXT_QA } from '../../../protocol/long-context.ts';
import { mean } from '../../../protocol/mean.ts';
import { mcnemar } from '../../../protocol/significance.ts';
import { measure } from '../measure.ts';
import type { Method } from '../method.ts';
import { throughEngine } from '../methods/through-engine.ts';
import type { Settings } from '../settings.ts';
import { type Stage, stageTask } from '../stage.ts';
import { suiteOf } from '../suites/catalogue.ts';
import type { TaskInstance } from '../task.ts';
import { drawLogTasks, logExample } from './log-lines.ts';

const { signatureId } = LONG_CONTEXT_QA;

/** What the tactic leaves open: how much is shown, and when. Its operations are those of `distilled.search_line_extract.v1`. */
const SPACE = {
  strategyId: ['rlm_lite.v1', 'distilled.search_line_extract.v1'],
  shownWhen: ['clear', 'found'],
  shownGroups: [3, 8, 24, 64],
  aroundBytes: [0, 256],
};
const MAX_CALLS = 40_000;
/** A tactic that ends an exploration by what a search found. */
const SEARCHES = /^Search:/;

/** One strategy on the held-out tasks: means of a task. */
interface Way {
  readonly name: string;
  readonly tasks: number;
  readonly score: number;
  readonly evidence: number;
  readonly tokens: number;
  readonly calls: number;
  readonly wallMs: number;
  /** Score of each, in order. */
  readonly scores: readonly number[];
  readonly tokensEach: readonly number[];
}

interface TacticOutcome {
  readonly draft: TacticDraft;
  readonly report: CompileReport;
  readonly promotion: Promotion;
  readonly ways: readonly Way[];
  /** The same on questions about real files (suites/real.ts), of which nothing was learnt. */
  readonly real: readonly Way[];
  /** Of learnt against explored, scores of 1 on one side only. */
  readonly p: number;
}

const LOCAL: Record<string, unknown> = { local_only: true };

function way(name: string, strategy: string): Method {
  return { name, about: name, answer: (staged, tools) => throughEngine(staged, tools, { ...LOCAL, strategy }) };
}

async function answered(stage: Stage, tasks: readonly TaskInstance[], method: Method, ports: Ports): Promise<Way> {
  const results = [];
  for (const task of tasks) {
    ports.signal.throwIfAborted();
    const staged = stageTask(task);
    try {
      const { conditions } = ports.settings;
      results.push((await measure(stage, staged, method, stage.tools(ports.signal), conditions)).metrics);
    } finally {
      staged.remove();
    }
  }
  const tokensEach = results.map(({ input_tokens, output_tokens }) => input_tokens + output_tokens);
  const scores = results.map(({ score }) => score);
  ports.tell(`${method.name}: ${results.length} tasks, score ${mean(scores).toFixed(3)}`);
  return {
    name: method.name,
    tasks: results.length,
    score: mean(scores),
    evidence: mean(results.map(({ evidence }) => evidence ?? 0)),
    tokens: mean(tokensEach),
    calls: mean(results.map(({ calls }) => calls)),
    wallMs: mean(results.map(({ wall_ms: wallMs }) => wallMs)),
    scores,
    tokensEach,
  };
}

interface Ports {
  readonly settings: Settings;
  readonly signal: AbortSignal;
  /** A line for the user. */
  readonly tell: (line: string) => void;
}

/** The most used of those that go from the question to the answer by a search. */
async function mined({ engine }: Stage): Promise<TacticDraft> {
  const request = { signature: signatureId, limit: 1_000, minTraces: 2 };
  const { tactics, traces } = await engine.mining.tactics(request);
  const found = tactics.find(({ isWhole, operations: [first = ''] }) => isWhole && SEARCHES.test(first));
  if (found === undefined)
    throw new PylonError('trace-not-mined', { reason: `${traces} explorations have no search in common` });
  return engine.mining.draft({ ...request, tacticId: found.tacticId, name: 'search_line_extract' });
}

async function compiled({ engine }: Stage, { settings, signal }: Ports): Promise<CompileReport> {
  const { seed, model } = settings.conditions;
  const how = { optimizer: 'halving', reward: 'evidence', space: SPACE, seed, maxCalls: MAX_CALLS } as const;
  const { finished } = await engine.compiles.start({ signatureId, ...how, backend: 'openai', model }, signal);
  return finished;
}

/** What is told is the gate's own verdict; what it does not let through comes into force all the same, to be measured. */
async function gated({ engine }: Stage, compiledId: string, signal: AbortSignal): Promise<Promotion> {
  const promotion = await engine.promotions.promote({ compiled_id: compiledId, goal: 'cost' }, signal);
  if (promotion.verdict === 'promote') return promotion;
  const override = { by: 'pylon bench tactic', reason: 'it is there to be measured' };
  await engine.promotions.promote({ compiled_id: compiledId, goal: 'cost', override }, signal);
  return promotion;
}

/** @throws PylonError `trace-not-mined` | `compile-*` | `interrupted` */
export async function learnTactic(stage: Stage, ports: Ports, count: number, folder: string): Promise<TacticOutcome> {
  const tasks = drawLogTasks(ports.settings.conditions.seed, count);
  const of = (split: string) => tasks.filter((one) => one.split === split).map(({ task }) => task);
  const heldOut = of('holdout');
  mkdirSync(folder, { recursive: true });
  await answered(stage, of('train'), way('explored, to learn from', 'rlm_lite'), ports);
  const draft = await mined(stage);
  writeFileSync(join(folder, 'tactic-draft.json'), `${JSON.stringify(draft, null, 2)}\n`);
  const before = [
    await answered(stage, heldOut, way('map_reduce', 'map_reduce'), ports),
    await answered(stage, heldOut, way('rlm_lite', 'rlm_lite'), ports),
    await answered(stage, heldOut, way('distilled, as it was', 'distilled'), ports),
  ];
  await stage.engine.examples.keep(tasks.map(logExample));
  stage.oracle?.know(tasks.map(({ task }) => task));
  const report = await compiled(stage, ports);
  const { chosen } = report;
  if (chosen === null)
    throw new PylonError('internal', { reason: `the compile chose nothing: ${report.error?.message}` });
  const promotion = await gated(stage, chosen.compiled_id, ports.signal);
  const after = await answered(stage, heldOut, way('distilled, as learnt', 'distilled'), ports);
  const realTasks = suiteOf('log-qa')
    .plan(0, 0)
    .map((planned) => planned.make());
  const real = [
    await answered(stage, realTasks, way('rlm_lite', 'rlm_lite'), ports),
    await answered(stage, realTasks, way('distilled, as learnt', 'distilled'), ports),
  ];
  const explored = before[1]!;
  const onlyOne = (one: Way, other: Way) => one.scores.filter((score, at) => score > other.scores[at]!).length;
  const p = mcnemar(onlyOne(explored, after), onlyOne(after, explored));
  return { draft, report, promotion, ways: [...before, after], real, p };
}

/** For people. */
export function tacticWords({ draft, report, promotion, ways, real, p }: TacticOutcome): string {
  const { operations, traces, share, mean: means } = draft.tactic;
  const percent = (part: number) => `${Math.round(part * 100)} %`;
  const candidate = report.candidates.find(({ paramsHash }) => paramsHash === report.chosen?.paramsHash);
  const { strategyId, shownWhen, shownGroups, aroundBytes } = candidate?.params ?? {};
  const row = ({ name, score, evidence, tokens, calls, wallMs }: Way) => {
    const figures = [score.toFixed(3), evidence.toFixed(3), Math.round(tokens), calls.toFixed(1)];
    return `  ${name.padEnd(22)}  ${figures.join('  ')}  ${Math.round(wallMs)} ms`;
  };
  return [
    `mined: ${operations.join(' → ')} in ${percent(share)} of explorations (${traces}), ${means.calls.toFixed(1)} calls each`,
    `compiled: ${report.candidates.length} candidates, ${report.calls} calls; chosen ${JSON.stringify({ strategyId, shownWhen, shownGroups, aroundBytes })}`,
    `gate: ${promotion.verdict}: ${promotion.reason}`,
    `  ${promotion.baseline.score.toFixed(3)} → ${promotion.candidate.score.toFixed(3)} on ${promotion.n} held-out examples, ${promotion.baseline.calls.toFixed(1)} → ${promotion.candidate.calls.toFixed(1)} calls each`,
    `held-out tasks (${ways[0]?.tasks}): score, evidence cited, tokens, calls, time of a task`,
    ...ways.map(row),
    `distilled, as learnt, against rlm_lite: McNemar p ${p.toFixed(3)}`,
    `real files (log-qa, ${real[0]?.tasks}):`,
    ...real.map(row),
    '',
  ].join('\n');
}
