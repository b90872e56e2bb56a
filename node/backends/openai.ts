// A LanguageModel behind any OpenAI-compatible endpoint, through the `openai` package, which is loaded with the first
// call. Retries, timeouts and counting are ours: every request that reached the endpoint is counted, whatever became of it.
import type { OpenAI } from 'openai';
import type { Clock, Completion, LanguageModel, Random } from '../../conductor/ports.ts';
import { PredictionFailed } from '../../conductor/ports.ts';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import { addUsage, NO_USAGE, type Usage } from '../../protocol/signature.ts';
import { boundedFetch } from './endpoint/bounded-fetch.ts';
import { readCompletion } from './endpoint/completion.ts';
import { type ChatRequest, Dialect } from './endpoint/dialect.ts';
import { type EndpointFailure, hostOf, judgeFailure } from './endpoint/failure.ts';

type CompletionRequest = Parameters<LanguageModel['complete']>[0];

export interface OpenAiOptions {
  /** With its version, like `http://127.0.0.1:11434/v1`; a bare host gets `/v1`. */
  readonly baseUrl: string;
  readonly model: string;
  /** Sent to this endpoint only; never logged, never in an error. */
  readonly apiKey?: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  /** For one request, its whole answer included. */
  readonly timeoutMs?: number;
  readonly retriesMax?: number;
}

/** One request with a long prompt on a slow machine; the asker's own timeout is usually shorter. */
const TIMEOUT_MS_DEFAULT = 120_000;
const RETRIES_MAX_DEFAULT = 3;
const BACKOFF_MS = 500;
const BACKOFF_MS_MAX = 8_000;
/** An endpoint that wants a longer pause is out of quota for this run. */
const RETRY_AFTER_MS_MAX = 20_000;

/** @throws PylonError `config-invalid` when the base URL is none */
export function openAiModel(options: OpenAiOptions): LanguageModel {
  const baseUrl = normaliseBaseUrl(options.baseUrl);
  const endpoint = { baseUrl, model: options.model, apiKey: options.apiKey };
  const dialect = new Dialect(options.model);
  const { clock, random, timeoutMs = TIMEOUT_MS_DEFAULT, retriesMax = RETRIES_MAX_DEFAULT } = options;
  let client: Promise<OpenAI> | undefined;

  async function complete(request: CompletionRequest): Promise<Completion> {
    const { signal } = request;
    let usage = NO_USAGE;
    let retries = 0;
    for (;;) {
      if (signal.aborted) throw new PredictionFailed(cancelled(signal), usage, 0);
      client ??= connect(baseUrl, options.apiKey);
      const chat = {
        messages: request.messages,
        maxOutputTokens: request.maxOutputTokens,
        json: request.json ?? false,
      };
      const attempt = new Attempt(await client, dialect, chat, signal, clock, timeoutMs);
      try {
        const completion = await attempt.run();
        return { text: completion.text, usage: addUsage(usage, completion.usage) };
      } catch (thrown) {
        const failure = attempt.stopped() ?? judgeFailure(thrown, endpoint, clock.now());
        if (failure.reached) usage = addUsage(usage, attempt.usage);
        if (failure.refusal !== undefined && dialect.learn(failure.refusal, attempt.body)) {
          chargeRetry(request, usage);
          continue;
        }
        const delayMs = retries < retriesMax ? backOff(failure, retries, random) : undefined;
        if (delayMs === undefined) throw new PredictionFailed(failure.error, usage, 0);
        retries++;
        chargeRetry(request, usage);
        await pause(clock, delayMs, signal);
      }
    }
  }

  return { model: options.model, complete };
}

/** @throws PredictionFailed when the caller's budget has no room for one more request */
function chargeRetry({ beforeRetry }: CompletionRequest, spent: Usage): void {
  try {
    beforeRetry?.();
  } catch (thrown) {
    throw new PredictionFailed(toPylonError(thrown), spent, 0);
  }
}

/** A base URL that can be asked. @throws PylonError `config-invalid` */
export function normaliseBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new PylonError('config-invalid', {
      value: hostOf(text),
      reason: 'the base URL of the model endpoint is not an http:// or https:// URL',
      next: 'set OPENAI_BASE_URL to something like http://127.0.0.1:11434/v1',
    });
  }
  if (url.username !== '' || url.password !== '') {
    const reason = 'the base URL of the model endpoint carries a password';
    throw new PylonError('config-invalid', { value: url.host, reason, next: 'put the key in OPENAI_API_KEY' });
  }
  const path = url.pathname.replace(/\/+$/, '');
  return `${url.origin}${path === '' ? '/v1' : path}`;
}

async function connect(baseUrl: string, apiKey: string | undefined): Promise<OpenAI> {
  const { OpenAI } = await import('openai');
  return new OpenAI({
    baseURL: baseUrl,
    apiKey: apiKey ?? 'none',
    // Nothing of another account or service may go to this endpoint by way of the environment.
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    ...(apiKey === undefined ? { defaultHeaders: { Authorization: null } } : {}),
    maxRetries: 0,
    logLevel: 'off',
    fetch: boundedFetch,
  });
}

function cancelled(signal: AbortSignal): PylonError {
  return new PylonError('job-cancelled', { cause: signal.reason });
}

/** How long to wait before the next try; `undefined` when there should be none. */
function backOff({ retry, retryAfterMs }: EndpointFailure, retries: number, random: Random): number | undefined {
  if (!retry) return undefined;
  if (retryAfterMs !== undefined) return retryAfterMs <= RETRY_AFTER_MS_MAX ? retryAfterMs : undefined;
  const delayMs = Math.min(BACKOFF_MS_MAX, BACKOFF_MS * 2 ** retries);
  return delayMs * (0.5 + random.fraction() / 2);
}

/** Resolves after the delay, or at once when aborted. */
function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const stop = clock.after(delayMs, done);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      stop();
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}

/** One request: from the connection to the last token, within its timeout. */
class Attempt {
  readonly body: ReturnType<Dialect['body']>;
  /** This request, and the tokens the endpoint reported for it so far. */
  usage: Usage = { ...NO_USAGE, calls: 1 };
  readonly #client: OpenAI;
  readonly #signal: AbortSignal;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #controller = new AbortController();
  #timedOut = false;

  constructor(
    client: OpenAI,
    dialect: Dialect,
    chat: ChatRequest,
    signal: AbortSignal,
    clock: Clock,
    timeoutMs: number,
  ) {
    this.body = dialect.body(chat);
    this.#client = client;
    this.#signal = signal;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  async run(): Promise<Completion> {
    const abort = () => this.#controller.abort();
    this.#signal.addEventListener('abort', abort, { once: true });
    const stop = this.#clock.after(this.#timeoutMs, () => {
      this.#timedOut = true;
      abort();
    });
    try {
      const { signal } = this.#controller;
      const response = await this.#client.chat.completions.create(this.body, { signal }).asResponse();
      const text = await readCompletion(response, this.#client, this.#controller, (tokens) => {
        this.usage = { ...tokens, calls: 1 };
      });
      // The package ends an aborted stream as if it were done.
      const stopped = this.stopped();
      if (stopped) throw stopped.error;
      return { text, usage: this.usage };
    } finally {
      stop();
      this.#signal.removeEventListener('abort', abort);
    }
  }

  /** Why we broke it off ourselves, if we did. */
  stopped(): EndpointFailure | undefined {
    if (this.#signal.aborted) return { error: cancelled(this.#signal), reached: true, retry: false };
    if (!this.#timedOut) return undefined;
    const error = new PylonError('model-timeout', {
      value: this.body.model,
      reason: `the model took longer than ${this.#timeoutMs} ms`,
    });
    return { error, reached: true, retry: false };
  }
}
