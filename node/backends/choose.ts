// Chooses the backend of this process and says in one line which one it is and how to get the other.
import type { Backend, Clock, LanguageModel, Random } from '../../conductor/ports.ts';
import { modelBackend } from '../../conductor/predict/model-backend.ts';
import { PylonError } from '../../protocol/errors.ts';
import { preview } from '../../protocol/text.ts';
import type { BackendChoice } from '../settings/fields.ts';
import { type Detection, detectModel, type FoundModel, LOCAL_ENDPOINTS, type ModelEndpoint } from './detect.ts';
import { hostOf } from './endpoint/failure.ts';
import { extractiveBackend } from './extractive.ts';
import { normaliseBaseUrl, openAiModel } from './openai.ts';

export interface ChooseOptions {
  readonly backend: BackendChoice;
  readonly model?: string | undefined;
  /** Of the same endpoint: a smaller model, for predictions whose parameters name that role. */
  readonly subModel?: string | undefined;
  /** The values of OPENAI_BASE_URL and OPENAI_API_KEY; the key goes to that address (or to OpenAI) and nowhere else. */
  readonly openAiBaseUrl?: string | undefined;
  readonly openAiApiKey?: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  /** Told one line for stderr or the daemon's log. */
  readonly log: (line: string) => void;
  /** For one request to the model. */
  readonly timeoutMs?: number;
  /** Where a model is looked for beside OPENAI_BASE_URL; the usual ports of this machine when absent. */
  readonly localEndpoints?: readonly ModelEndpoint[];
}

export interface ChosenBackend {
  readonly backend: Backend;
  /** The model itself, for plain text generation (kind 5050); absent with the embedded engine. */
  readonly languageModel?: LanguageModel;
}

const OPENAI_BASE_URL = 'https://api.openai.com/v1';
/** Asked for in so many words, an endpoint gets time to wake up. */
const INSISTING_MS_MAX = 5_000;
const MODEL_CHARS_SHOWN = 80;

/**
 * @throws PylonError `backend-unknown`; `config-invalid` for a base URL that is none; `backend-unavailable` when
 *   `openai` is asked for and no model is found
 */
export async function chooseBackend(options: ChooseOptions): Promise<ChosenBackend> {
  switch (options.backend) {
    case 'extractive':
      return extractive(options, 'as asked; for a language model use --backend auto or openai');
    case 'openai':
      return model(options, named(options) ?? (await insist(options)));
    case 'auto': {
      const detection = await detectModel({ ...options, endpoints: endpointsOf(options) });
      return detection.found ? model(options, detection.found) : extractive(options, whyNoModel(options, detection));
    }
    default:
      throw new PylonError('backend-unknown', { value: String(options.backend) });
  }
}

function extractive({ log }: ChooseOptions, why: string): ChosenBackend {
  log(`backend: extractive, the embedded engine (${why})`);
  return { backend: extractiveBackend() };
}

function model(options: ChooseOptions, { endpoint, model: name }: FoundModel): ChosenBackend {
  const { clock, random, timeoutMs, log, subModel } = options;
  const modelNamed = (named: string) =>
    openAiModel({
      baseUrl: endpoint.baseUrl,
      apiKey: endpoint.apiKey,
      model: named,
      clock,
      random,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
  const languageModel = modelNamed(name);
  const place = `${endpoint.label}, ${hostOf(endpoint.baseUrl)}`;
  const beside = subModel === undefined ? '' : `, and ${shown(subModel)} where parameters name the smaller one`;
  log(`backend: openai:${shown(name)}${beside} (${place}); for the embedded engine use --backend extractive`);
  const backend = modelBackend(languageModel, { name: `openai:${name}` });
  if (subModel === undefined) return { backend, languageModel };
  return {
    backend: { ...backend, sub: modelBackend(modelNamed(subModel), { name: `openai:${subModel}` }) },
    languageModel,
  };
}

function shown(name: string): string {
  return preview(name, MODEL_CHARS_SHOWN);
}

/** The endpoint of OPENAI_BASE_URL, before those of this machine. */
function endpointsOf(options: ChooseOptions): ModelEndpoint[] {
  const { localEndpoints = LOCAL_ENDPOINTS } = options;
  const own = ownEndpoint(options);
  return own ? [own, ...localEndpoints] : [...localEndpoints];
}

function ownEndpoint({ openAiBaseUrl, openAiApiKey }: ChooseOptions): ModelEndpoint | undefined {
  if (!openAiBaseUrl) return undefined;
  const baseUrl = normaliseBaseUrl(openAiBaseUrl);
  const isLocal = /^(localhost|127\.[\d.]+|\[::1\])$/.test(new URL(baseUrl).hostname);
  return { label: 'OPENAI_BASE_URL', baseUrl, apiKey: openAiApiKey, local: isLocal };
}

/** Endpoint and model both named: nothing to look for. */
function named(options: ChooseOptions): FoundModel | undefined {
  const endpoint = ownEndpoint(options);
  return endpoint && options.model ? { endpoint, model: options.model } : undefined;
}

/** A model must be found: at the endpoint named, else on this machine, else (with a key and a model named) at OpenAI. */
async function insist(options: ChooseOptions): Promise<FoundModel> {
  const own = ownEndpoint(options);
  const endpoints = own ? [own] : endpointsOf(options);
  const detection = await detectModel({ ...options, endpoints, ceilingMs: own ? INSISTING_MS_MAX : undefined });
  if (detection.found) return detection.found;
  const { openAiApiKey, model: name } = options;
  if (!own && openAiApiKey && name) {
    return { endpoint: { label: 'OpenAI', baseUrl: OPENAI_BASE_URL, apiKey: openAiApiKey, local: false }, model: name };
  }
  const reason = reasonOf(options, detection);
  throw new PylonError('backend-unavailable', {
    reason,
    ...(own ? { value: hostOf(own.baseUrl) } : {}),
    ...(name ? { value: name } : {}),
  });
}

function reasonOf({ model: name }: ChooseOptions, { passedOver }: Detection): string {
  const [first] = passedOver;
  if (!first) return 'no language model answers';
  const models = first.models.slice(0, 3).map(shown).join(', ');
  if (models === '') return `${first.endpoint.label} has no chat model`;
  const wanted = name ? 'has not the model asked for' : 'has several models, name one with --model';
  return `${first.endpoint.label} ${wanted} (it has ${models}${first.models.length > 3 ? ', …' : ''})`;
}

function whyNoModel(options: ChooseOptions, detection: Detection): string {
  const how = 'for a language model start Ollama, llama.cpp, LM Studio or vLLM, or set OPENAI_BASE_URL and --model';
  return `${reasonOf(options, detection)}; ${how}`;
}
