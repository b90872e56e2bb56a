// All that a picture of a run is drawn from: its state, and per sub-query what the state does not keep. Gathered in one
// pass; a run of 100,000 sub-queries takes some hundred bytes for each.
import { PylonError } from '../../protocol/errors.ts';
import { foldEvent, type RunState } from '../../protocol/fold.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import { addUsage, type Usage } from '../../protocol/usage.ts';
import type { ExportedRun } from './source.ts';

type Predicted = Extract<TraceEvent, { type: 'Predict' }>;

/** What was said of one answer. */
export interface Evaluation {
  readonly at_ms: number;
  readonly name: 'objective' | 'redundancy' | 'validated';
  readonly verdict: string;
  readonly score: number | undefined;
  readonly reason: string | undefined;
}

export interface RunFacts {
  readonly state: RunState;
  readonly predictions: readonly Predicted[];
  /** When the fragments to ask were chosen; undefined where it did not come to that. */
  readonly selected: Extract<TraceEvent, { type: 'EnvSelectFragments' }> | undefined;
  /** When the evidence became an answer. */
  readonly aggregates: readonly Extract<TraceEvent, { type: 'Aggregate' }>[];
  usageOf(query: string): Usage | undefined;
  /** As the answerer calls it. */
  modelOf(query: string): string | undefined;
  evaluationsOf(query: string): readonly Evaluation[];
  readonly evaluations: number;
}

class Gatherer implements RunFacts {
  #state: RunState | undefined;
  readonly predictions: Predicted[] = [];
  readonly aggregates: Extract<TraceEvent, { type: 'Aggregate' }>[] = [];
  selected: RunFacts['selected'];
  evaluations = 0;
  readonly #usage = new Map<string, Usage>();
  readonly #models = new Map<string, string>();
  readonly #evaluations = new Map<string, Evaluation[]>();

  get state(): RunState {
    if (this.#state === undefined) throw new PylonError('trace-invalid', { reason: 'the trace is empty' });
    return this.#state;
  }

  usageOf(query: string): Usage | undefined {
    return this.#usage.get(query);
  }

  modelOf(query: string): string | undefined {
    return this.#models.get(query);
  }

  evaluationsOf(query: string): readonly Evaluation[] {
    return this.#evaluations.get(query) ?? [];
  }

  add(event: TraceEvent): void {
    this.#state = foldEvent(this.#state, event);
    switch (event.type) {
      case 'Predict':
        this.predictions.push(event);
        break;
      case 'Aggregate':
        this.aggregates.push(event);
        break;
      case 'EnvSelectFragments':
        this.selected = event;
        break;
      case 'SubQueryReturn':
        this.#spend(event.query_id, event.usage);
        if (event.model !== undefined) this.#models.set(event.query_id, event.model);
        break;
      case 'SubQueryTimeout':
      case 'SubQueryCancel':
        if (event.usage !== undefined) this.#spend(event.query_id, event.usage);
        break;
      case 'VerifyObjective':
      case 'VerifyValidated':
      case 'VerifyRedundant':
        this.#evaluate(event);
        break;
    }
  }

  #spend(query: string, usage: Usage): void {
    if (usage.calls + usage.input_tokens + usage.output_tokens === 0) return;
    const before = this.#usage.get(query);
    this.#usage.set(query, before === undefined ? usage : addUsage(before, usage));
  }

  #evaluate(event: Extract<TraceEvent, { type: 'VerifyObjective' | 'VerifyValidated' | 'VerifyRedundant' }>): void {
    const said = { at_ms: event.timestamp_ms, verdict: event.verdict };
    if (event.type === 'VerifyRedundant') {
      const evaluation = { ...said, name: 'redundancy' as const, score: event.agreement, reason: undefined };
      for (const query of event.agreeing ?? []) this.#say(query, evaluation);
      for (const query of event.dissenting ?? []) this.#say(query, { ...evaluation, verdict: 'dissenting' });
      return;
    }
    const name = event.type === 'VerifyObjective' ? ('objective' as const) : ('validated' as const);
    if (event.query_id !== undefined)
      this.#say(event.query_id, { ...said, name, score: undefined, reason: event.reason });
  }

  #say(query: string, evaluation: Evaluation): void {
    this.evaluations++;
    const before = this.#evaluations.get(query);
    if (before === undefined) this.#evaluations.set(query, [evaluation]);
    else before.push(evaluation);
  }
}

/** @throws PylonError `trace-invalid` | `store-corrupt` */
export async function factsOf(run: ExportedRun): Promise<RunFacts> {
  const gatherer = new Gatherer();
  for await (const event of run.events()) gatherer.add(event);
  return gatherer;
}
