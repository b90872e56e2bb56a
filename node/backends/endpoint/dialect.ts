// What an OpenAI-compatible endpoint understands. All claim the same protocol, each refuses another part of it: the
// request begins with everything, and what an endpoint names in a refusal is left out from then on.
import type { ChatMessage } from '../../../conductor/ports.ts';

export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  readonly maxOutputTokens: number;
  readonly json: boolean;
}

/** Optional members of the request, in the order in which a refusal is searched for them. */
const OPTIONAL = ['stream_options', 'response_format', 'temperature', 'max_tokens', 'max_completion_tokens'] as const;
type Optional = (typeof OPTIONAL)[number];

export class Dialect {
  readonly #model: string;
  readonly #left: Set<Optional> = new Set(['max_completion_tokens']);

  constructor(model: string) {
    this.#model = model;
  }

  /** The body of a chat completion request. */
  body({ messages, maxOutputTokens, json }: ChatRequest) {
    const has = (member: Optional) => !this.#left.has(member);
    return {
      model: this.#model,
      messages: messages.map(({ role, content }) => ({ role, content })),
      stream: true as const,
      // The last event of the stream then says how many tokens it was.
      ...(has('stream_options') ? { stream_options: { include_usage: true } } : {}),
      ...(json && has('response_format') ? { response_format: { type: 'json_object' as const } } : {}),
      ...(has('temperature') ? { temperature: 0 } : {}),
      ...(has('max_tokens') ? { max_tokens: maxOutputTokens } : {}),
      ...(has('max_completion_tokens') ? { max_completion_tokens: maxOutputTokens } : {}),
    };
  }

  /** Reads a refusal (HTTP 400, 422); true when the next request will differ. It can be true a few times only. */
  learn(refusal: string, sent: Readonly<Record<string, unknown>>): boolean {
    const named = OPTIONAL.find((member) => member in sent && refusal.includes(member));
    if (named === undefined) return false;
    this.#left.add(named);
    // Newer models take the same limit under another name, and say so.
    if (named === 'max_tokens' && refusal.includes('max_completion_tokens')) this.#left.delete('max_completion_tokens');
    return true;
  }
}
