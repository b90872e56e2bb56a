// Jobs that are not sealed: our own chunk job with its body in the event's tags (`--public`), and the bare
// prompt other clients send (`["i", prompt, "text"]`, kind 5940 or 5050). Everybody can read them.
import { PylonError } from './errors.ts';
import type { EventTemplate } from './event.ts';
import { encodeJobBody, encodeJobRequest, type JobEnvelope, type JobRequest, parseJobBody } from './job.ts';
import { OUTPUT_CHARS_DEFAULT, OUTPUT_CHARS_MAX, QUERY_CHARS_MAX, SEALED_PLAINTEXT_BYTES_MAX } from './limits.ts';

type Tags = readonly (readonly string[])[];

/** A prompt from somebody who knows nothing of chunks; the answer is plain text. */
export interface PromptJob {
  readonly prompt: string;
  /** What is asked about the prompt, where the request tells it apart. */
  readonly query?: string;
  readonly maxOutputChars: number;
  readonly model?: string;
}

/** The request event with its body in the open. */
export function encodeOpenJobRequest(request: JobRequest, envelope: JobEnvelope): EventTemplate {
  const template = encodeJobRequest('', envelope);
  const body = JSON.parse(encodeJobBody(request)) as string[][];
  return { ...template, tags: [...body, ...template.tags.filter(([name]) => name !== 'encrypted')] };
}

function param(tags: Tags, name: string): string | undefined {
  return tags.find((tag) => tag[0] === 'param' && tag[1] === name)?.[2];
}

/**
 * Reads a tag list, of an open event or out of a sealed one: a chunk job when it names its signature, a prompt otherwise.
 * @throws PylonError `job-invalid`
 */
export function parseJobTags(tags: Tags): JobRequest | PromptJob {
  if (param(tags, 'signature') === undefined) return parsePrompt(tags);
  return parseJobBody(JSON.stringify(tags.filter((tag) => tag[0] === 'i' || tag[0] === 'param')));
}

export function isPrompt(job: JobRequest | PromptJob): job is PromptJob {
  return 'prompt' in job;
}

/** @throws PylonError `job-invalid` */
function parsePrompt(tags: Tags): PromptJob {
  const inputs = tags.filter((tag) => tag[0] === 'i' && tag[1] !== undefined && (tag[2] ?? 'text') === 'text');
  const query = inputs.find((tag) => tag[4] === 'query')?.[1] ?? param(tags, 'query');
  const prompt = inputs
    .filter((tag) => tag[4] !== 'query')
    .map((tag) => tag[1])
    .join('\n\n');
  if (prompt.trim() === '') throw new PylonError('job-invalid', { reason: 'the job has no text input' });
  if (prompt.length > SEALED_PLAINTEXT_BYTES_MAX)
    throw new PylonError('job-too-large', { value: `${prompt.length} characters` });
  const asked = Number(param(tags, 'max_output_chars') ?? OUTPUT_CHARS_DEFAULT);
  const model = param(tags, 'model');
  return {
    prompt,
    maxOutputChars: Number.isInteger(asked) && asked >= 64 ? Math.min(asked, OUTPUT_CHARS_MAX) : OUTPUT_CHARS_DEFAULT,
    ...(query === undefined || query.trim() === '' ? {} : { query: query.slice(0, QUERY_CHARS_MAX) }),
    ...(model === undefined ? {} : { model }),
  };
}
