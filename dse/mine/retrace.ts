// Goes through a kept exploration again and listens at its door: what it did, what it saw and which bytes it read. Nothing of it is taken
// on trust but what the same kernel comes to once more.
import { isUtf8 } from 'node:buffer';
import type { Action } from '../../conductor/predict/rlm/actions.ts';
import { readAction } from '../../conductor/predict/rlm/read-action.ts';
import type { ReadPayload } from '../../conductor/predict/rlm/trace/payloads.ts';
import { type ReplayParts, replay } from '../../conductor/predict/rlm/trace/replay.ts';
import type { Source } from '../../conductor/predict/rlm/world.ts';
import type { ExplorationOutput, RlmTrace } from '../../protocol/rlm-trace.ts';

/** One step of the exploration itself; what it let others explore is part of the step. */
export interface Operation {
  readonly action: Action;
  /** Rows that it brought: hits of a search, findings of a fan-out. */
  readonly rows: number;
}

/** Bytes of the input as they came to the kernel. */
export interface Witness {
  readonly file: number;
  readonly startByte: number;
  readonly bytes: Buffer;
}

export interface Retraced {
  readonly query: string;
  readonly sources: readonly Source[];
  readonly output: ExplorationOutput;
  readonly outputHash: string;
  readonly operations: readonly Operation[];
  /** What came of reads and searches. */
  readonly witnesses: readonly Witness[];
  /** All foreign text that it was given: of the input, of leaves, of models, of tools. */
  readonly seen: readonly string[];
}

interface OpenStep {
  readonly depth: number;
  action?: Action;
  rows: number;
}

class Listener {
  sources: readonly Source[] = [];
  readonly operations: Operation[] = [];
  readonly witnesses: Witness[] = [];
  readonly seen: string[] = [];
  readonly #open: OpenStep[] = [];

  through({ world, controller, budget, log }: ReplayParts): ReplayParts {
    this.sources = world.sources;
    return {
      budget,
      world: this.#hearing(world),
      controller: {
        model: controller.model,
        complete: async (request) => {
          const completion = await controller.complete(request);
          const read = readAction(completion.text);
          const step = this.#open.at(-1);
          // Of an action that had to be mended, the mended one is what was done.
          if (step !== undefined && 'output' in read) step.action = read.output;
          return completion;
        },
      },
      log: {
        begin: (depth, stop) => {
          const held = log.begin(depth, stop);
          this.#open.push({ depth, rows: 0 });
          return held;
        },
        end: (observation) => {
          log.end(observation);
          this.#close();
        },
      },
    };
  }

  #close(): void {
    const step = this.#open.pop();
    if (step?.depth === 0 && step.action !== undefined) this.operations.push({ action: step.action, rows: step.rows });
  }

  #brought(rows: number): void {
    const step = this.#open.at(-1);
    if (step !== undefined) step.rows += rows;
  }

  #hearing(world: ReplayParts['world']): ReplayParts['world'] {
    return {
      ...world,
      read: async (file, startByte, endByte) => {
        const bytes = Buffer.from(await world.read(file, startByte, endByte));
        this.witnesses.push({ file, startByte, bytes });
        if (isUtf8(bytes)) this.seen.push(bytes.toString());
        return bytes;
      },
      search: async (request, signal) => {
        const result = await world.search(request, signal);
        this.#brought(result.hits.length);
        for (const { file, startByte, text } of result.hits) {
          this.seen.push(text);
          // Bytes that are no text stand as U+FFFD, which says nothing of them.
          if (!text.includes('\ufffd')) this.witnesses.push({ file, startByte, bytes: Buffer.from(text) });
        }
        return result;
      },
      fanOut: async (request, signal) => {
        const result = await world.fanOut(request, signal);
        this.#brought(result.found.length);
        for (const { quote, note = '' } of result.found) this.seen.push(quote, note);
        return result;
      },
      ask: async (request, signal) => {
        const result = await world.ask(request, signal);
        this.seen.push(result.text);
        return result;
      },
      tool: async (request, signal) => {
        const text = await world.tool(request, signal);
        this.seen.push(text);
        return text;
      },
    };
  }
}

/**
 * @param text the trace as it was kept
 * @throws PylonError `rlm-trace-invalid` | `replay-differs`
 */
export async function retrace(text: string, read: ReadPayload): Promise<Retraced> {
  const listener = new Listener();
  const { output, outputHash } = await replay(text, read, (parts) => listener.through(parts));
  const { sources, operations, witnesses, seen } = listener;
  // What was replayed has this form.
  const { input } = JSON.parse(text) as RlmTrace;
  return { query: input.query, sources, output, outputHash, operations, witnesses, seen };
}
