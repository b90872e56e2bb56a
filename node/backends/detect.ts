// Looks for a language model on this machine and where OPENAI_BASE_URL points, within one short ceiling for all. With
// nothing listening every connection is refused at once, and it costs a few milliseconds.
import type { Clock } from '../../conductor/ports.ts';
import { type Listing, listModels, listOllama } from './endpoint/list-models.ts';

/** All endpoints together; a model that cannot say its name in that time is not ready. */
const DETECTION_MS_MAX = 300;

export interface ModelEndpoint {
  readonly label: string;
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  readonly list?: typeof listModels;
  /** Where the machine's owner pays nothing: the first model will do. Elsewhere a model is not chosen by guess. */
  readonly local: boolean;
}

function local(label: string, port: number, list = listModels): ModelEndpoint {
  return { label, baseUrl: `http://127.0.0.1:${port}/v1`, list, local: true };
}

/** The usual ports, in the order of preference. */
export const LOCAL_ENDPOINTS: readonly ModelEndpoint[] = [
  local('Ollama', 11434, listOllama),
  local('llama.cpp', 8080),
  local('LM Studio', 1234),
  local('vLLM', 8000),
];

export interface FoundModel {
  readonly endpoint: ModelEndpoint;
  readonly model: string;
}

/** What was seen at an endpoint that answered and yet was not taken. */
export interface PassedOver {
  readonly endpoint: ModelEndpoint;
  readonly models: readonly string[];
}

export interface Detection {
  readonly found: FoundModel | undefined;
  readonly passedOver: readonly PassedOver[];
}

/**
 * Asks all endpoints at once and takes the first, in their order, that has the model (or any, where none is named).
 * Never throws, never lasts longer than `ceilingMs`.
 */
export async function detectModel(options: {
  readonly endpoints: readonly ModelEndpoint[];
  readonly model?: string | undefined;
  readonly clock: Clock;
  readonly ceilingMs?: number | undefined;
}): Promise<Detection> {
  const { endpoints, model, clock, ceilingMs = DETECTION_MS_MAX } = options;
  const controller = new AbortController();
  const stop = clock.after(ceilingMs, () => controller.abort());
  const listings = endpoints.map(({ baseUrl, apiKey, list = listModels }) => list(baseUrl, apiKey, controller.signal));
  const passedOver: PassedOver[] = [];
  try {
    for (const [index, endpoint] of endpoints.entries()) {
      const listing = await listings[index]!;
      const chosen = choose(endpoint, listing, model);
      if (chosen !== undefined) return { found: { endpoint, model: chosen }, passedOver };
      if (Array.isArray(listing)) passedOver.push({ endpoint, models: listing });
    }
    return { found: undefined, passedOver };
  } finally {
    stop();
    controller.abort();
  }
}

function choose(endpoint: ModelEndpoint, listing: Listing, wanted: string | undefined): string | undefined {
  if (listing === 'nothing') return undefined;
  // Who names both the endpoint and the model need not be believed by its list: some endpoints have none.
  if (listing === 'no-list') return endpoint.local ? undefined : wanted;
  if (wanted !== undefined)
    return listing.find((name) => isModel(name, wanted)) ?? (endpoint.local ? undefined : wanted);
  return endpoint.local || listing.length === 1 ? listing[0] : undefined;
}

/** `llama3.2` also names `llama3.2:latest` (Ollama) and `/models/llama3.2.gguf` (llama.cpp). */
function isModel(name: string, wanted: string): boolean {
  if (name === wanted || name === `${wanted}:latest`) return true;
  const file = name.slice(name.lastIndexOf('/') + 1);
  return file === wanted || file === `${wanted}.gguf`;
}
