// Explores again from a trace, without the input and without a model: the same kernel, with a world, a controller and a budget that read
// what was recorded. Whatever the kernel asks otherwise than it did, and any other output, is an error.

import { z } from 'zod';
import { canonicalHash, canonicalJson } from '../../../../protocol/canonical.ts';
import { PylonError } from '../../../../protocol/errors.ts';
import { sha256Hex } from '../../../../protocol/event.ts';
import { LIMIT_NAMES, type LimitName } from '../../../../protocol/predict-budgets.ts';
import {
  type BudgetStep,
  type Effect,
  type EffectKind,
  type ExplorationOutput,
  elsewhereSchema,
  explorationOutputSchema,
  type RecordedIteration,
  type RlmTrace,
  recordedBytesSchema,
  recordedCompletionSchema,
  recordedFanOutSchema,
  recordedIterationsSchema,
  recordedPassageSchema,
  recordedSearchSchema,
  recordedSourcesSchema,
  rlmTraceSchema,
} from '../../../../protocol/rlm-trace.ts';
import { type LanguageModel, PredictionFailed } from '../../../ports.ts';
import type { ExplorationLog, Explored } from '../exploration.ts';
import { explore } from '../kernel.ts';
import type { ExplorationMeter } from '../meter.ts';
import type { World } from '../world.ts';
import { readFanOut } from './fan-out.ts';
import { errorOf, outputHashOf, outputOf } from './output.ts';
import { invalid, parseJson, type ReadPayload, readElsewhere } from './payloads.ts';
import { requestOf } from './recorder.ts';

export interface Replayed {
  readonly output: ExplorationOutput;
  /** sha256 (hex); the same as the trace's. */
  readonly outputHash: string;
  /** Steps that were recorded, deeper ones included. */
  readonly iterations: number;
  readonly explored: Explored;
}

export interface ReplayParts {
  readonly world: World;
  readonly controller: LanguageModel;
  readonly budget: ExplorationMeter;
  readonly log: ExplorationLog;
}

/**
 * @param text the trace as it was kept
 * @param through what the kernel is given in place of the parts that read the trace: a recorder writes the same trace once more
 * @throws PylonError `rlm-trace-invalid` for what is no trace or not whole, `replay-differs` where the kernel goes another way
 */
export async function replay(
  text: string,
  read: ReadPayload,
  through: (parts: ReplayParts) => ReplayParts = (parts) => parts,
): Promise<Replayed> {
  const trace = checked(parseJson(text), rlmTraceSchema);
  const iterations = await part(trace.iterations, recordedIterationsSchema, read);
  const sources = await part(trace.input.sources, recordedSourcesSchema, read);
  const source = new ReplaySource(trace, iterations, sources, read);
  const { query, maxDepth } = trace.input;
  const { signal } = new AbortController();
  const explored = await explore({ query, maxDepth, ...through(source.parts()), signal, clock: { now: () => 0 } });
  source.check(explored, await part(trace.final.output, explorationOutputSchema, read));
  return { explored, output: outputOf(explored), outputHash: outputHashOf(explored), iterations: iterations.length };
}

async function part<Part>(value: unknown, schema: z.ZodType<Part>, read: ReadPayload): Promise<Part> {
  const elsewhere = elsewhereSchema.safeParse(value);
  return checked(elsewhere.success ? await readElsewhere(elsewhere.data, read) : value, schema);
}

function checked<Value>(value: unknown, schema: z.ZodType<Value>): Value {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(`something recorded is malformed: ${issue?.path.join('.')} ${issue?.message}`);
}

interface OpenIteration {
  readonly recorded: RecordedIteration;
  effects: number;
  budget: number;
}

class ReplaySource {
  readonly #trace: RlmTrace;
  readonly #iterations: readonly RecordedIteration[];
  readonly #sources: z.infer<typeof recordedSourcesSchema>;
  readonly #read: ReadPayload;
  readonly #open: OpenIteration[] = [];
  #next = 0;
  /** The first thing that was not as recorded; what comes after it means nothing. */
  #fault: PylonError | undefined;

  constructor(
    trace: RlmTrace,
    iterations: readonly RecordedIteration[],
    sources: z.infer<typeof recordedSourcesSchema>,
    read: ReadPayload,
  ) {
    this.#trace = trace;
    this.#iterations = iterations;
    this.#sources = sources;
    this.#read = read;
  }

  parts(): ReplayParts {
    const log = {
      begin: (depth: number) => this.#begin(depth),
      end: (observation: string) => this.#end(observation),
    };
    return { world: this.#world(), controller: this.#controller(), budget: this.#budget(), log };
  }

  /** @throws PylonError `replay-differs` */
  check(explored: Explored, output: ExplorationOutput): void {
    if (this.#fault === undefined && this.#next < this.#iterations.length)
      this.#differs(`${this.#iterations.length - this.#next} recorded steps were not taken`);
    const hash = outputHashOf(explored);
    if (hash !== this.#trace.final.output_hash || hash !== canonicalHash(output))
      this.#differs(`the output is another: ${hash}`);
    if (explored.fault?.code !== this.#trace.final.error?.code)
      this.#differs(`it ended with ${explored.fault?.code ?? 'an answer'}`);
    if (this.#fault !== undefined) throw this.#fault;
  }

  #differs(reason: string): PylonError {
    const fault = new PylonError('replay-differs', { reason: `step ${this.#next}: ${reason}` });
    this.#fault ??= fault;
    return fault;
  }

  #begin(depth: number): PylonError | undefined {
    if (this.#fault !== undefined) return this.#fault;
    const recorded = this.#iterations[this.#next];
    if (recorded === undefined) return this.#differs('one more step than was recorded');
    this.#next++;
    this.#open.push({ recorded, effects: 0, budget: 0 });
    if (recorded.depth !== depth) return this.#differs(`depth ${depth} in the place of ${recorded.depth}`);
    return recorded.stop === undefined ? undefined : errorOf(recorded.stop);
  }

  #end(observation: string): void {
    const open = this.#open.pop();
    if (open === undefined || this.#fault !== undefined) return;
    if (sha256Hex(observation) !== open.recorded.observation) this.#differs('what was observed is something else');
    else if (open.effects < open.recorded.effects.length)
      this.#differs('less was asked of the world than was recorded');
    else if (open.budget < open.recorded.budget.length) this.#differs('less was asked of the budget than was recorded');
  }

  /** The next recorded effect, which must be this one. */
  async #effect<Value>(kind: EffectKind, request: unknown, schema: z.ZodType<Value>): Promise<Value> {
    if (this.#fault !== undefined) throw this.#fault;
    const open = this.#open.at(-1);
    const effect = open?.recorded.effects[open.effects++];
    if (effect?.kind !== kind) throw this.#differs(`${kind} in the place of ${effect?.kind ?? 'nothing'}`);
    if (request !== undefined && canonicalJson(requestOf(request)) !== canonicalJson(effect.request))
      throw this.#differs(`another ${kind} than was recorded`);
    if (effect.error !== undefined) throw failed(effect, effect.error);
    try {
      return checked(
        effect.elsewhere === undefined ? effect.result : await readElsewhere(effect.elsewhere, this.#read),
        schema,
      );
    } catch (thrown) {
      if (thrown instanceof PylonError) this.#fault ??= thrown;
      throw thrown;
    }
  }

  #controller(): LanguageModel {
    const complete = () => this.#effect('controller', undefined, recordedCompletionSchema);
    return { model: this.#trace.input.controller, complete };
  }

  #world(): World {
    const { tools } = this.#trace.input;
    return {
      sources: this.#sources.map(({ path, bytes, hash }, file) => ({
        file,
        path,
        bytes,
        ...(hash === undefined ? {} : { hash }),
      })),
      tools: tools.map(({ name, about, args }) => ({ name, about, args })),
      read: async (...range) => {
        const bytes = await this.#effect('read', range, recordedBytesSchema);
        return 'text' in bytes ? Buffer.from(bytes.text) : Buffer.from(bytes.base64, 'base64');
      },
      lines: (file, startLine, endLine) => this.#effect('lines', [file, startLine, endLine], recordedPassageSchema),
      locate: (file, startByte, endByte) => this.#effect('locate', [file, startByte, endByte], recordedPassageSchema),
      cut: (request) => this.#effect('cut', request, z.array(recordedPassageSchema)),
      search: (request) => this.#effect('search', request, recordedSearchSchema),
      fanOut: async (request) => readFanOut(await this.#effect('fanOut', request, recordedFanOutSchema)),
      ask: (request) => this.#effect('ask', request, recordedCompletionSchema),
      tool: (request) => this.#effect('tool', request, z.string()),
    };
  }

  #budgetStep(ask: BudgetStep['ask'], kind?: string, amount?: number): BudgetStep {
    if (this.#fault !== undefined) throw this.#fault;
    const open = this.#open.at(-1);
    const step = open?.recorded.budget[open.budget++];
    if (step?.ask !== ask || step.kind !== kind || step.amount !== amount)
      throw this.#differs(`the budget was asked for ${ask} ${kind ?? ''} ${amount ?? ''}, and this is not recorded`);
    if (step.error !== undefined) throw errorOf(step.error);
    return step;
  }

  #budget(): ExplorationMeter {
    const { limits } = this.#trace.input;
    return {
      limits,
      charge: (kind, amount = 1) => void this.#budgetStep('charge', kind, amount),
      take: (kind, amount) => this.#budgetStep('take', kind, amount).taken ?? 0,
      giveBack: (kind, amount) => void this.#budgetStep('giveBack', kind, amount),
      remaining: () => this.#budgetStep('remaining').left ?? {},
      hit: () => (this.#budgetStep('hit').hit ?? []).filter(isLimitName),
      usage: () => (this.#open.at(-1)?.recorded ?? this.#iterations.at(-1)!).used,
    };
  }
}

function isLimitName(name: string): name is LimitName {
  return (LIMIT_NAMES as readonly string[]).includes(name);
}

function failed(effect: Effect, error: NonNullable<Effect['error']>): PylonError {
  return effect.usage === undefined ? errorOf(error) : new PredictionFailed(errorOf(error), effect.usage, 0);
}
