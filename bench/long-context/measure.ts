// One task, one method: runs it and measures all there is. What is reported is held against what the endpoint counted by itself.
import type { RunRecord } from '../../protocol/run.ts';
import { PeakMemory } from './memory.ts';
import type { Method, StagedTask, Tools, Trajectory } from './method.ts';
import type { OracleCount } from './oracle-count.ts';
import type { Metrics, Result } from './result.ts';
import { evidenceCoverage, scoreOf } from './score.ts';
import type { Conditions } from './settings.ts';
import type { Stage } from './stage.ts';
import type { TaskInstance } from './task.ts';

function servedOf(count: OracleCount, bytes: number): NonNullable<Metrics['served']> {
  const leafCalls = count.callsOf('leaf');
  return {
    calls: count.calls,
    input_tokens: count.inputTokens,
    output_tokens: count.outputTokens,
    leaf_calls: leafCalls,
    leaf_prompts: count.leafPrompts,
    root_calls: count.calls - leafCalls,
    root_prompt_bytes_max: count.rootPromptBytesMax,
    leaf_ratio: count.leafDistinctBytes / bytes,
    leaf_ratio_all: count.leafTextBytes / bytes,
    records_told: count.recordsTold,
    records_wrong: count.recordsWrong,
  };
}

function metricsOf(task: TaskInstance, trajectory: Trajectory, count: OracleCount | undefined) {
  const { record, besides } = trajectory;
  const metrics = record?.metrics;
  const calls = (metrics?.calls ?? 0) + besides.calls;
  const input_tokens = (metrics?.input_tokens ?? 0) + besides.input_tokens;
  const output_tokens = (metrics?.output_tokens ?? 0) + besides.output_tokens;
  const served = count === undefined ? null : servedOf(count, task.bytes);
  return {
    score: scoreOf(task.scoring, record?.output ?? null),
    evidence: evidenceCoverage(task.evidence, record?.span_refs ?? []),
    coverage: metrics?.coverage ?? null,
    calls,
    input_tokens,
    output_tokens,
    sats: record?.cost_sats ?? 0,
    served,
    is_truthful:
      served === null
        ? null
        : served.calls === calls && served.input_tokens === input_tokens && served.output_tokens === output_tokens,
  };
}

/** Marks the run with what it scored, so that the library and the dashboard compare it. */
async function tagged(stage: Stage, record: RunRecord, task: TaskInstance, method: string, metrics: Metrics) {
  const scores: Record<string, number> = {
    accuracy: metrics.score,
    calls_cost: metrics.calls,
    all_tokens: metrics.input_tokens + metrics.output_tokens,
    wall_ms: Math.round(metrics.wall_ms),
    ...(task.scoring.kind === 'pairs' ? { f1: metrics.score } : {}),
    ...(metrics.evidence === null ? {} : { evidence: metrics.evidence }),
  };
  const note = `bench method=${method} suite=${task.suite} task=${task.id}`;
  return stage.engine.runs.annotate(record.id, { scores, note });
}

export async function measure(
  stage: Stage,
  staged: StagedTask,
  method: Method,
  tools: Tools,
  conditions: Conditions,
): Promise<Result> {
  const { task } = staged;
  stage.oracle?.take(task);
  const memory = new PeakMemory();
  const begun = performance.now();
  const trajectory = await method.answer(staged, tools);
  const wall_ms = performance.now() - begun;
  const peak_mb = memory.stop();
  const metrics: Metrics = { ...metricsOf(task, trajectory, stage.oracle?.count), wall_ms, peak_mb };
  const { record, error } = trajectory;
  return {
    v: 1,
    suite: task.suite,
    task: task.id,
    method: method.name,
    bytes: task.bytes,
    conditions,
    expected: task.expected,
    answer: record?.output ?? null,
    error: error ?? record?.error ?? null,
    metrics,
    record: record === undefined ? null : await tagged(stage, record, task, method.name, metrics),
  };
}
