// Writes an exploration down while it takes place: the kernel is given a world, a controller and a budget that pass everything on and note
// what came back. The trace is canonical JSON: the same exploration is written in the same bytes.
import { isUtf8 } from 'node:buffer';
import { canonicalJson } from '../../../../protocol/canonical.ts';
import type { PylonError } from '../../../../protocol/errors.ts';
import { sha256Hex } from '../../../../protocol/event.ts';
import {
  type BudgetStep,
  type Effect,
  type EffectKind,
  type Elsewhere,
  type RecordedIteration,
  RLM_TRACE_FORMAT,
  RLM_TRACE_VERSION,
  type RlmTrace,
} from '../../../../protocol/rlm-trace.ts';
import { type LanguageModel, PredictionFailed } from '../../../ports.ts';
import type { MeteredLimit } from '../../options.ts';
import type { ExplorationLog, Explored } from '../exploration.ts';
import { faultOf } from '../faults.ts';
import type { ExplorationMeter } from '../meter.ts';
import type { World } from '../world.ts';
import { lean, writtenFanOut } from './fan-out.ts';
import { outputHashOf, outputOf, recordedError } from './output.ts';
import { INLINE_BYTES_MAX, type KeepPayload, keepElsewhere, placed } from './payloads.ts';

/** Parts of the trace that are longer are payloads of their own, so that the trace itself is one. */
const PART_BYTES_MAX = 262_144;

export interface Recorded {
  readonly world: World;
  readonly controller: LanguageModel;
  readonly budget: ExplorationMeter;
  readonly signal: AbortSignal;
  readonly keep: KeepPayload;
}

/** The trace as it is kept: a payload under `hash`, of at most ARTIFACT_BYTES_MAX. */
export interface WrittenTrace {
  readonly hash: string;
  readonly bytes: Uint8Array;
  readonly iterations: number;
}

export class Recorder implements ExplorationLog {
  readonly world: World;
  readonly controller: LanguageModel;
  readonly budget: ExplorationMeter;
  readonly #raw: Recorded;
  readonly #iterations: RecordedIteration[] = [];
  /** The steps that go on, the deepest last. */
  readonly #open: RecordedIteration[] = [];
  #isRetrying = false;

  constructor(raw: Recorded) {
    this.#raw = raw;
    this.world = this.#recordedWorld(raw.world);
    this.controller = this.#recordedController(raw.controller);
    this.budget = this.#recordedBudget(raw.budget);
  }

  begin(depth: number, stop: PylonError | undefined): PylonError | undefined {
    const iteration: RecordedIteration = {
      depth,
      ...(stop === undefined ? {} : { stop: recordedError(stop) }),
      effects: [],
      budget: [],
      observation: sha256Hex(''),
      used: this.#raw.budget.usage(),
    };
    this.#iterations.push(iteration);
    this.#open.push(iteration);
    return stop;
  }

  end(observation: string): void {
    const iteration = this.#open.pop();
    if (iteration === undefined) return;
    iteration.observation = sha256Hex(observation);
    iteration.used = this.#raw.budget.usage();
  }

  /** Writes the trace and keeps it with its payloads. Call it once, when the exploration is over. */
  finish(query: string, maxDepth: number, explored: Explored): WrittenTrace {
    const { world, controller, budget, keep } = this.#raw;
    const sources = world.sources.map(({ path, bytes, hash }) => ({
      path,
      bytes,
      ...(hash === undefined ? {} : { hash }),
    }));
    const tools = world.tools.map(({ name, about, args }) => ({ name, about, args }));
    const { fault } = explored;
    const trace: RlmTrace = {
      format: RLM_TRACE_FORMAT,
      version: RLM_TRACE_VERSION,
      input: {
        query,
        controller: controller.model.slice(0, 256),
        sources: this.#part(sources),
        limits: budget.limits,
        maxDepth,
        tools,
      },
      iterations: this.#part(this.#iterations),
      final: {
        output: this.#part(outputOf(explored)),
        output_hash: outputHashOf(explored),
        ...(fault === undefined ? {} : { error: recordedError(fault) }),
      },
    };
    const bytes = Buffer.from(canonicalJson(trace));
    const hash = sha256Hex(bytes);
    keep(hash, bytes);
    return { hash, bytes, iterations: this.#iterations.length };
  }

  #part<Part>(part: Part): Part | Elsewhere {
    const json = canonicalJson(part);
    return Buffer.byteLength(json) <= PART_BYTES_MAX ? part : keepElsewhere(json, this.#raw.keep);
  }

  /** @returns exactly what a replay will give the kernel */
  async #effect<Value, Written>(
    kind: EffectKind,
    request: unknown,
    call: () => Promise<Value>,
    written: (value: Value) => Written,
    given: (value: Value) => Value = (value) => value,
  ): Promise<Value> {
    const effect: Effect = { kind, ...(request === undefined ? {} : { request: requestOf(request) }) };
    this.#open.at(-1)?.effects.push(effect);
    try {
      const value = given(await call());
      Object.assign(effect, placed(written(value), this.#raw.keep));
      return value;
    } catch (thrown) {
      const fault = faultOf(thrown, this.#raw.signal);
      effect.error = recordedError(fault);
      if (!(thrown instanceof PredictionFailed)) throw fault;
      effect.usage = thrown.usage;
      throw new PredictionFailed(fault, thrown.usage, thrown.repairs);
    }
  }

  #recordedController(controller: LanguageModel): LanguageModel {
    return {
      model: controller.model,
      complete: (request) => {
        const { beforeRetry } = request;
        // Retries are the endpoint's affair: a replay has none, so what they charge is not in the trace.
        const asked = { ...request, beforeRetry: () => this.#aside(() => beforeRetry?.()) };
        return this.#effect(
          'controller',
          undefined,
          () => controller.complete(asked),
          ({ text, usage }) => ({ text, usage }),
        );
      },
    };
  }

  #aside(work: () => void): void {
    this.#isRetrying = true;
    try {
      work();
    } finally {
      this.#isRetrying = false;
    }
  }

  #recordedWorld(world: World): World {
    const same = <Value>(value: Value) => value;
    return {
      sources: world.sources,
      tools: world.tools,
      read: (...range) => this.#effect('read', range, () => world.read(...range), bytesText),
      lines: (file, startLine, endLine, signal) =>
        this.#effect('lines', [file, startLine, endLine], () => world.lines(file, startLine, endLine, signal), same),
      locate: (file, startByte, endByte, signal) =>
        this.#effect('locate', [file, startByte, endByte], () => world.locate(file, startByte, endByte, signal), same),
      cut: (request, signal) => this.#effect('cut', request, () => world.cut(request, signal), same),
      search: (request, signal) => this.#effect('search', request, () => world.search(request, signal), same),
      fanOut: (request, signal) =>
        this.#effect('fanOut', request, () => world.fanOut(request, signal), writtenFanOut, lean),
      ask: (request, signal) => this.#effect('ask', request, () => world.ask(request, signal), same),
      tool: (request, signal) => this.#effect('tool', request, () => world.tool(request, signal), same),
    };
  }

  #recordedBudget(budget: ExplorationMeter): ExplorationMeter {
    const note = <Value>(step: BudgetStep, work: () => Value, told: (value: Value) => Partial<BudgetStep>): Value => {
      if (!this.#isRetrying) this.#open.at(-1)?.budget.push(step);
      try {
        const value = work();
        Object.assign(step, told(value));
        return value;
      } catch (thrown) {
        const fault = faultOf(thrown, this.#raw.signal);
        step.error = recordedError(fault);
        throw fault;
      }
    };
    const nothing = () => ({});
    return {
      limits: budget.limits,
      charge: (kind: MeteredLimit, amount = 1) =>
        note({ ask: 'charge', kind, amount }, () => budget.charge(kind, amount), nothing),
      take: (kind, amount) =>
        note(
          { ask: 'take', kind, amount },
          () => budget.take(kind, amount),
          (taken) => ({ taken }),
        ),
      giveBack: (kind, amount) => note({ ask: 'giveBack', kind, amount }, () => budget.giveBack(kind, amount), nothing),
      remaining: () =>
        note(
          { ask: 'remaining' },
          () => budget.remaining(),
          (left) => ({ left }),
        ),
      hit: () =>
        note(
          { ask: 'hit' },
          () => budget.hit(),
          (hit) => ({ hit }),
        ),
      usage: () => budget.usage(),
    };
  }
}

/** What a request is compared by: itself, or, where it is long, its hash. */
export function requestOf(request: unknown): unknown {
  const json = canonicalJson(request);
  return json.length <= INLINE_BYTES_MAX ? request : { sha256: sha256Hex(json), bytes: Buffer.byteLength(json) };
}

function bytesText(bytes: Uint8Array): { text: string } | { base64: string } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return isUtf8(buffer) ? { text: buffer.toString() } : { base64: buffer.toString('base64') };
}
