// The steps that the run takes as a whole, beside its queries: who routed, reduced and verified, and when.
import type { RunState, RunStep } from '../../../protocol/run-state.ts';
import { plural, printDuration } from '../../../protocol/words.ts';
import { shownText } from '../../parts/shown-text.ts';

export interface StepBar {
  readonly words: string;
  /** Since the run began. */
  readonly startMs: number;
  readonly endMs: number;
  readonly failed: boolean;
  readonly step: RunStep;
}

/** `@pylon/rlm/Reducer.v1` → `Reducer`. */
export function signatureName(signature: string): string {
  return signature.replace(/^.*\//, '').replace(/\.v\d+$/, '');
}

function wordsOf(step: RunStep): string {
  switch (step.type) {
    case 'Predict':
      return `${signatureName(step.signature)} ${printDuration(step.latency_ms)}`;
    case 'Aggregate':
      return `Aggregate: ${plural(step.citations, 'citation')}`;
    case 'RlmIteration':
      return `${step.iteration + 1}: ${step.action}`;
  }
}

/** The prediction that the run itself is: beside its steps it would hide them. */
function isWhole({ steps }: RunState, step: RunStep): boolean {
  return step.type === 'Predict' && step === steps.at(-1) && steps.length > 1;
}

export function stepsOf(state: RunState): StepBar[] {
  const parts = state.steps.filter((step) => !isWhole(state, step));
  return parts.map((step) => {
    const endMs = step.timestamp_ms - state.created_ms;
    const tookMs = step.type === 'Aggregate' ? 0 : (step.latency_ms ?? 0);
    const failed = step.type !== 'Aggregate' && step.error !== undefined;
    return { words: shownText(wordsOf(step)), startMs: Math.max(0, endMs - tookMs), endMs, failed, step };
  });
}
