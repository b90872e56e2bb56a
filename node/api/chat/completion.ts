// An answered run as a chat completion: whole, or in chunks.
import { type AnswerView, answerText } from '../../engine/answer-view.ts';
import type { Completion } from './schemas.ts';

/** Code points of one delta: answers come whole, and readers of streams like to see them come. */
const DELTA_CHARS = 120;

/** What all parts of an answer say. */
export interface CompletionHead {
  readonly id: string;
  readonly created: number;
  readonly model: string;
}

export interface Answered {
  readonly view: AnswerView;
  /** Whether the text names its sources. */
  readonly sources: boolean;
}

function contentOf({ view, sources }: Answered): string {
  return sources ? answerText(view) : (view.answer ?? '').trimEnd();
}

function usageOf({ tokens }: AnswerView): Completion['usage'] {
  const { input, output } = tokens;
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

function pylonOf({ answer: _answer, ...member }: AnswerView): Completion['pylon'] {
  return member;
}

/** A partial answer stopped because something did not reach: the nearest that OpenAI's format has is `length`. */
function finishOf({ status }: AnswerView): 'stop' | 'length' {
  return status === 'done' ? 'stop' : 'length';
}

export function completionOf({ id, created, model }: CompletionHead, answered: Answered): Completion {
  const { view } = answered;
  const message = { role: 'assistant' as const, content: contentOf(answered), refusal: null };
  return {
    id,
    object: 'chat.completion',
    created,
    model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishOf(view) }],
    usage: usageOf(view),
    pylon: pylonOf(view),
  };
}

/** Cut behind words where there are some. */
function* deltasOf(text: string): Generator<string> {
  const points = Array.from(text);
  for (let at = 0; at < points.length; ) {
    let end = Math.min(points.length, at + DELTA_CHARS);
    if (end < points.length) {
      const space = points.lastIndexOf(' ', end);
      if (space > at) end = space + 1;
    }
    yield points.slice(at, end).join('');
    at = end;
  }
}

export class CompletionChunks {
  readonly #head: CompletionHead;
  readonly #wantsUsage: boolean;

  constructor(head: CompletionHead, wantsUsage: boolean) {
    this.#head = head;
    this.#wantsUsage = wantsUsage;
  }

  /** Before anything is known: who speaks. */
  first(): object {
    return this.#chunk({ role: 'assistant', content: '' }, null);
  }

  /** The answer, its end, and the usage where it is wanted. */
  *rest(answered: Answered): Generator<object> {
    const { view } = answered;
    for (const content of deltasOf(contentOf(answered))) yield this.#chunk({ content }, null);
    yield { ...this.#chunk({}, finishOf(view)), pylon: pylonOf(view) };
    if (this.#wantsUsage) yield { ...this.#frame(), choices: [], usage: usageOf(view) };
  }

  #frame() {
    const { id, created, model } = this.#head;
    return { id, object: 'chat.completion.chunk', created, model };
  }

  #chunk(delta: object, finish_reason: string | null): object {
    const usage = this.#wantsUsage ? { usage: null } : {};
    return { ...this.#frame(), choices: [{ index: 0, delta, logprobs: null, finish_reason }], ...usage };
  }
}
