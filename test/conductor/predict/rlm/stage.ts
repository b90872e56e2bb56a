// A stage for explorations: texts as a world, a controller that follows a script, leaves that a function answers, and everything counted.

import type { ChatMessage, Corpus, LanguageModel } from '../../../../conductor/ports.ts';
import { PredictBudget } from '../../../../conductor/predict/budget.ts';
import type { Exploration, IterationFact } from '../../../../conductor/predict/rlm/exploration.ts';
import { explore } from '../../../../conductor/predict/rlm/kernel.ts';
import { Recorder } from '../../../../conductor/predict/rlm/trace/recorder.ts';
import type {
  FanOutRequest,
  FanOutResult,
  Found,
  RegexEngine,
  World,
} from '../../../../conductor/predict/rlm/world.ts';
import { worldOfCorpus } from '../../../../conductor/predict/rlm/world-of-corpus.ts';
import { PylonError } from '../../../../protocol/errors.ts';
import type { PredictLimits } from '../../../../protocol/predict-budgets.ts';
import type { RecordValue } from '../../../../protocol/records.ts';
import { textCorpus } from '../../../support/text-corpus.ts';

/** What a leaf says of one line: a record, a quote of it, or nothing. */
export type Leaf = (
  line: string,
  request: FanOutRequest,
) => { record: Record<string, RecordValue> } | { score: number } | undefined;

/** JavaScript's own patterns: for tests of what is round them, not for hostile ones. */
export const NATIVE_REGEX: RegexEngine = {
  compile(pattern, ignoreCase) {
    try {
      const compiled = new RegExp(pattern, ignoreCase ? 'giu' : 'gu');
      return {
        find(text, from) {
          compiled.lastIndex = from;
          const found = compiled.exec(text);
          return found === null ? undefined : { start: found.index, end: found.index + found[0].length };
        },
      };
    } catch (cause) {
      throw new PylonError('pattern-invalid', { value: pattern, cause });
    }
  },
};

export const LIMITS: PredictLimits = { maxRlmIterations: 20, maxSubLmCalls: 1_000 };

export interface StageOptions {
  readonly texts?: Record<string, string | Buffer>;
  readonly corpus?: Corpus;
  readonly leaf?: Leaf;
  readonly chunkBytes?: number;
  readonly ask?: (question: string, text: string) => string;
  readonly tools?: World['tools'];
  readonly tool?: (tool: string, args: unknown) => string;
  readonly limits?: PredictLimits;
  readonly query?: string;
  readonly maxDepth?: number;
}

/** What the controller writes: texts, or actions to be written as JSON; when the script is over, a Final. */
export type Script =
  | readonly (string | object)[]
  | ((messages: readonly ChatMessage[], call: number) => string | object);

export class Stage {
  readonly prompts: (readonly ChatMessage[])[] = [];
  readonly facts: IterationFact[] = [];
  readonly fanOuts: FanOutRequest[] = [];
  readonly payloads = new Map<string, Uint8Array>();
  readonly corpus: Corpus;
  readonly world: World;
  readonly budget: PredictBudget;
  nowMs = 0;
  asked = 0;
  readonly #options: StageOptions;

  constructor(options: StageOptions) {
    this.#options = options;
    this.corpus = options.corpus ?? textCorpus(options.texts ?? {});
    this.budget = new PredictBudget(options.limits ?? LIMITS, { now: () => this.nowMs });
    this.world = worldOfCorpus(this.corpus, {
      regex: NATIVE_REGEX,
      tools: options.tools ?? [],
      fanOut: (request) => this.#fanOut(request),
      ask: async ({ question, text }) => ({
        text: options.ask?.(question, text) ?? 'nothing',
        usage: { calls: 1, input_tokens: 10, output_tokens: 2 },
      }),
      tool: async ({ tool, args }) => options.tool?.(tool, args) ?? '',
    });
  }

  /** Leaves as a run would ask them: cut, charged one by one, each line said once. */
  async #fanOut(request: FanOutRequest): Promise<FanOutResult> {
    this.fanOuts.push(request);
    const { passages, chunksMax, chunkBytes = this.#options.chunkBytes ?? 1_024 } = request;
    const places = passages?.map((part) => ({ ...part, startLine: 1 }));
    const { signal } = new AbortController();
    const cutting = { chunkBytes, chunksMax: 1_000_000, ...(places === undefined ? {} : { passages: places }) };
    const chunks = await this.world.cut(cutting, signal);
    const found: Found[] = [];
    let answered = 0;
    let bytesAnswered = 0;
    for (const chunk of chunks.slice(0, chunksMax)) {
      try {
        this.budget.charge('maxSubLmCalls');
      } catch {
        // The rest stays unasked, and is told.
        break;
      }
      this.asked++;
      answered++;
      bytesAnswered += chunk.endByte - chunk.startByte;
      const bytes = Buffer.from(await this.world.read(chunk.file, chunk.startByte, chunk.endByte));
      const { startLine } = await this.world.locate(chunk.file, chunk.startByte, chunk.endByte, signal);
      found.push(...this.#leaves({ ...chunk, startLine }, bytes, request));
    }
    const given = chunks.reduce((sum, { startByte, endByte }) => sum + endByte - startByte, 0);
    const short = { code: 'budget-limit-reached', message: 'no sub-calls are left' };
    return {
      found,
      chunks: chunks.length,
      chunksAnswered: answered,
      asked: answered,
      bytesGiven: given,
      bytesAnswered,
      ...(answered < chunks.length ? { error: short } : {}),
    };
  }

  #leaves(
    chunk: { file: number; startByte: number; startLine: number },
    bytes: Buffer,
    request: FanOutRequest,
  ): Found[] {
    const found: Found[] = [];
    let at = 0;
    for (const [index, line] of bytes.toString().split('\n').entries()) {
      const said = line === '' ? undefined : this.#options.leaf?.(line, request);
      const length = Buffer.byteLength(line);
      const startByte = chunk.startByte + at;
      const startLine = chunk.startLine + index;
      const place = { file: chunk.file, startByte, endByte: startByte + length, startLine, endLine: startLine };
      if (said !== undefined)
        found.push({ ...place, quote: line, ...('record' in said ? { score: 1, ...said } : said) });
      at += length + 1;
    }
    return found;
  }

  controller(script: Script): LanguageModel {
    let call = 0;
    return {
      model: 'script',
      complete: async ({ messages }) => {
        this.prompts.push(messages);
        const next = typeof script === 'function' ? script(messages, call) : script[call];
        call++;
        const written = next ?? { action: 'Final', answer: 'the script is over', evidence: [] };
        const text = typeof written === 'string' ? written : JSON.stringify(written);
        return { text, usage: { calls: 1, input_tokens: 100, output_tokens: 10 } };
      },
    };
  }

  exploration(controller: LanguageModel, signal = new AbortController().signal): Exploration {
    return {
      query: this.#options.query ?? 'What is it?',
      world: this.world,
      controller,
      budget: this.budget,
      maxDepth: this.#options.maxDepth ?? 2,
      signal,
      clock: { now: () => this.nowMs },
      onIteration: (fact) => this.facts.push(fact),
    };
  }

  explore(script: Script | LanguageModel) {
    const controller = 'complete' in script ? script : this.controller(script);
    return explore(this.exploration(controller));
  }

  /** Explores and writes it down. */
  async record(script: Script | LanguageModel, signal = new AbortController().signal) {
    const controller = 'complete' in script ? script : this.controller(script);
    const exploration = this.exploration(controller, signal);
    const keep = (hash: string, bytes: Uint8Array) => void this.payloads.set(hash, Uint8Array.from(bytes));
    const recorder = new Recorder({ ...exploration, keep });
    const { world, budget } = recorder;
    const explored = await explore({ ...exploration, world, budget, controller: recorder.controller, log: recorder });
    return { explored, trace: recorder.finish(exploration.query, exploration.maxDepth, explored) };
  }

  readonly read = async (hash: string): Promise<Uint8Array | undefined> => this.payloads.get(hash);

  /** Size of each prompt that the controller was given. */
  promptBytes(): number[] {
    return this.prompts.map((messages) => messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0));
  }

  /** What the controller was shown last before its n-th answer. */
  shown(call: number): string {
    return this.prompts[call]?.[1]?.content ?? '';
  }
}
