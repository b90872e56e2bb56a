// The loop of an exploration: the state is rendered, the controller writes one action, it is charged, done and observed, until it is Final,
// a budget is used up, or nothing new comes any more. What a model writes is only ever read as one of the actions, and never run.
import { canonicalJson } from '../../../protocol/canonical.ts';
import { describe, PylonError, toPylonError } from '../../../protocol/errors.ts';
import type { PredictLimits } from '../../../protocol/predict-budgets.ts';
import { RECEIPT_SPANS_MAX, type ReadSpan } from '../../../protocol/receipt.ts';
import { preview } from '../../../protocol/text.ts';
import { addUsage, NO_USAGE, type Usage } from '../../../protocol/usage.ts';
import type { Desk, Performed, SubExplored } from './act/desk.ts';
import type { Action } from './actions.ts';
import { Dialogue } from './dialogue.ts';
import type { Exploration, Explored } from './exploration.ts';
import { faultOf, interruption } from './faults.ts';
import { type Finished, finish, partialAnswer } from './finish.ts';
import { narrowed } from './narrow.ts';
import { type Observation, ObservationWriter } from './observation.ts';
import { perform } from './perform.ts';
import { type Done, renderState, type State } from './state.ts';
import { StuckWatch } from './stuck.ts';
import { BlobStore } from './vars/blob-store.ts';
import { VarSpace } from './vars/var-space.ts';
import type { Place } from './world.ts';

/** Steps that the history keeps; fewer are shown. */
const HISTORY_MAX = 64;
const FACT_SPANS_MAX = 16;
const DETAIL_CHARS_MAX = 400;

/**
 * Explores until there is an answer, or a reason why there is none: then what is known by then is the answer, with its fault.
 * @throws PylonError `budget-limit-missing` when it was given no limit of steps or of sub-calls; nothing was asked then
 */
export async function explore(exploration: Exploration): Promise<Explored> {
  for (const name of ['maxRlmIterations', 'maxSubLmCalls'] as const)
    if (exploration.budget.limits[name] === undefined) throw new PylonError('budget-limit-missing', { value: name });
  return new Explorer(exploration, 0).run();
}

/** What one step came to. */
interface Step {
  readonly observation: Observation;
  readonly news: readonly string[];
  readonly performed?: Performed;
  readonly finished?: Finished;
  readonly error?: PylonError;
}

class Explorer {
  readonly #given: Exploration;
  readonly #depth: number;
  readonly #variables: VarSpace;
  readonly #dialogue: Dialogue;
  readonly #stuck = new StuckWatch();
  readonly #done: Done[] = [];
  readonly #spans = new Map<string, ReadSpan>();
  #spansLeftOut = 0;
  #last: State['last'];
  #iteration = 0;
  #wasRefused = false;
  readonly #answered: Desk['answered'] = new Map();
  #shortfall: PylonError | undefined;
  #subCalls = 0;
  #bytesScanned = 0;
  #usage: Usage = NO_USAGE;

  constructor(given: Exploration, depth: number) {
    this.#given = given;
    this.#depth = depth;
    this.#variables = new VarSpace(new BlobStore());
    this.#dialogue = new Dialogue(given);
  }

  async run(): Promise<Explored> {
    for (;;) {
      const { log } = this.#given;
      const stop = this.#stuck.stop() ?? interruption(this.#given.signal);
      const stopped = log === undefined ? stop : log.begin(this.#depth, stop);
      const left = stopped ?? this.#leftForStep();
      if (left instanceof PylonError) {
        const finished = await this.#partial(left);
        log?.end('');
        return this.#end(finished, left);
      }
      const step = await this.#step(left);
      log?.end(step.observation.text);
      if (step.finished !== undefined) return this.#end(step.finished, step.error);
    }
  }

  /** Charges one step. @returns what is left with it, or why there is none */
  #leftForStep(): PredictLimits | PylonError {
    const { budget, signal } = this.#given;
    try {
      budget.charge('maxRlmIterations');
      return budget.remaining();
    } catch (thrown) {
      return faultOf(thrown, signal);
    }
  }

  /** One step, told when it is over. What it failed with ends the exploration only where the controller cannot go on. */
  async #step(left: PredictLimits): Promise<Step> {
    const { clock } = this.#given;
    const startedMs = clock.now();
    const repairsBefore = this.#dialogue.repairs;
    const iteration = this.#iteration++;
    const messages = renderState({
      query: this.#given.query,
      iteration,
      depth: this.#depth,
      world: this.#given.world,
      variables: this.#variables,
      done: this.#done,
      last: this.#last,
      left,
      nudge: this.#stuck.nudge(),
    });
    let action: Action | undefined;
    let step: Step;
    try {
      const read = await this.#dialogue.ask(messages);
      if ('output' in read) {
        action = read.output;
        step = await this.#do(action, iteration);
      } else step = failure(new PylonError('action-invalid', { reason: read.fault }));
    } catch (thrown) {
      // The controller itself failed, or may not be asked any more.
      const error = faultOf(thrown, this.#given.signal);
      step = { ...failure(error), finished: await this.#partial(error) };
    }
    const isNew = this.#stuck.note(iteration, action === undefined ? '' : canonicalJson(action), step.news);
    this.#remember(iteration, action, step.observation);
    this.#tell(iteration, action, step, { isNew, repairs: this.#dialogue.repairs - repairsBefore, startedMs });
    return step;
  }

  async #do(action: Action, iteration: number): Promise<Step> {
    const { world, signal, budget } = this.#given;
    try {
      if (action.action === 'Final') {
        const end = await finish(action, this.#variables, world, this.#wasRefused, signal);
        if ('refused' in end) {
          this.#wasRefused = true;
          return { observation: end.refused, news: [] };
        }
        const observation = { text: '', summary: 'finished' };
        const fault = this.#faultAtEnd();
        return {
          observation,
          news: ['final'],
          finished: end.finished,
          ...(fault === undefined ? {} : { error: fault }),
        };
      }
      const deeper = this.#depth + 1 < this.#given.maxDepth ? this.#exploreBelow : undefined;
      const desk = {
        world,
        variables: this.#variables,
        budget,
        signal,
        iteration,
        explore: deeper,
        answered: this.#answered,
      };
      const performed = await perform(desk, action);
      this.#count(performed);
      return { observation: performed.observation, news: performed.news, performed };
    } catch (thrown) {
      return failure(faultOf(thrown, signal));
    }
  }

  /** A limit that stopped something, or leaves that did not answer, make the answer one of a part. */
  #faultAtEnd(): PylonError | undefined {
    const [limit] = this.#given.budget.hit();
    if (limit === undefined) return this.#shortfall;
    return new PylonError('budget-limit-reached', { value: limit });
  }

  readonly #exploreBelow = async (query: string, places: readonly Place[]): Promise<SubExplored> => {
    const world = narrowed(this.#given.world, places);
    return new Explorer({ ...this.#given, query, world }, this.#depth + 1).run();
  };

  #count({ read = [], bytesScanned = 0, subCalls = 0, usage, shortfall }: Performed): void {
    this.#bytesScanned += bytesScanned;
    this.#subCalls += subCalls;
    this.#shortfall ??= shortfall;
    if (usage !== undefined) this.#usage = addUsage(this.#usage, usage);
    this.#listSpans(read);
  }

  /** As many as a receipt takes; the rest is counted. */
  #listSpans(read: NonNullable<Performed['read']>): void {
    for (const [index, place] of read.entries()) {
      if (this.#spans.size >= RECEIPT_SPANS_MAX) {
        this.#spansLeftOut += read.length - index;
        return;
      }
      const [span] = this.#readSpans([place]);
      if (span !== undefined) this.#spans.set(`${span.path}:${span.start_line}-${span.end_line}`, span);
    }
  }

  #readSpans(read: NonNullable<Performed['read']>): ReadSpan[] {
    return read.map(({ file, startLine, endLine = startLine }) => ({
      path: this.#given.world.sources[file]?.path ?? '',
      start_line: startLine,
      end_line: endLine,
    }));
  }

  #remember(iteration: number, action: Action | undefined, observation: Observation): void {
    const written = action === undefined ? 'no action' : JSON.stringify(action);
    if (this.#last !== undefined) {
      const { iteration: before, observation: seen } = this.#last;
      this.#done.push({ iteration: before, action: this.#lastWritten, summary: seen.summary });
      if (this.#done.length > HISTORY_MAX) this.#done.shift();
    }
    this.#last = { iteration, action: action?.action ?? 'none', observation };
    this.#lastWritten = written;
  }
  #lastWritten = '';

  #tell(
    iteration: number,
    action: Action | undefined,
    { observation, performed, finished, error }: Step,
    { isNew, repairs, startedMs }: { isNew: boolean; repairs: number; startedMs: number },
  ): void {
    const { onIteration, receiptId, budget, clock } = this.#given;
    if (onIteration === undefined) return;
    const { action: _, ...args } = action ?? { action: 'none' };
    onIteration({
      type: 'RlmIteration',
      iteration,
      action: action?.action ?? 'none',
      observation_chars: observation.text.length,
      ...(receiptId === undefined ? {} : { receipt_id: receiptId }),
      depth: this.#depth,
      detail: preview(JSON.stringify(args), DETAIL_CHARS_MAX),
      spans: this.#readSpans((finished?.citations ?? performed?.read ?? []).slice(0, FACT_SPANS_MAX)),
      bytes_scanned: performed?.bytesScanned ?? 0,
      sub_calls: performed?.subCalls ?? 0,
      new_evidence: isNew,
      repairs,
      used: budget.usage(),
      latency_ms: Math.max(0, clock.now() - startedMs),
      ...(error === undefined ? {} : { error: describe(error) }),
    });
  }

  async #partial(reason: PylonError): Promise<Finished> {
    try {
      return await partialAnswer(reason, this.#variables, this.#given.world, new AbortController().signal);
    } catch (thrown) {
      return { answer: `No answer was reached (${toPylonError(thrown).code}).`, citations: [] };
    }
  }

  #end({ answer, citations }: Finished, fault: PylonError | undefined): Explored {
    this.#listSpans(citations);
    return {
      answer,
      citations,
      fault,
      iterations: this.#iteration,
      repairs: this.#dialogue.repairs,
      subCalls: this.#subCalls,
      usage: addUsage(this.#usage, this.#dialogue.usage),
      spansRead: [...this.#spans.values()],
      spansLeftOut: this.#spansLeftOut,
      bytesScanned: this.#bytesScanned,
    };
  }
}

/** What a controller is shown of an action that could not be done. The words may be foreign. */
function failure(error: PylonError): Step {
  const writer = new ObservationWriter();
  writer.header({ origin: 'kernel', error: error.code });
  writer.foreign(error.value === undefined ? error.reason : `${error.reason} (${error.value})`, 600);
  return { observation: writer.observation(`refused: ${error.code}`), news: [], error };
}
