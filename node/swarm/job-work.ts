// Doing the work: from a job to the output that its signature promises, checked before it is signed. A backend is
// as little believed here as a provider is at the other end.
import type { Backend, LanguageModel } from '../../conductor/ports.ts';
import { VALIDATOR } from '../../protocol/attestation.ts';
import { canonicalJson } from '../../protocol/canonical.ts';
import { PylonError } from '../../protocol/errors.ts';
import { sha256Hex } from '../../protocol/event.ts';
import { HANDLER_ID, type HandlerId, VALIDATOR_HANDLER_ID } from '../../protocol/handler.ts';
import type { JobRequest, JobResult } from '../../protocol/job.ts';
import { QUERY_CHARS_MAX } from '../../protocol/limits.ts';
import type { PromptJob } from '../../protocol/open-job.ts';
import { RECORDS } from '../../protocol/records.ts';
import {
  EXTRACTOR,
  type ExtractorInput,
  REDUCER,
  ROUTER,
  type Signature,
  type Usage,
  VERIFIER,
} from '../../protocol/signature.ts';

const SERVED = [ROUTER, EXTRACTOR, RECORDS, REDUCER, VERIFIER] as const;

/** What a provider, or a validator, says that it serves. */
export function signaturesServed(handlerId: HandlerId = HANDLER_ID): string[] {
  const served = handlerId === VALIDATOR_HANDLER_ID ? [VALIDATOR] : SERVED;
  return served.map(({ signatureId }) => signatureId);
}

const SIGNATURES = new Map<string, Signature<unknown, unknown>>(
  // Looked up by its id, and given only what its own schema let through.
  [...SERVED, VALIDATOR].map((signature) => [
    signature.signatureId,
    signature as unknown as Signature<unknown, unknown>,
  ]),
);

export interface Workshop {
  readonly backend: Backend;
  /** Answers bare prompts where there is a model; without one they are read by the backend's Extractor. */
  readonly model?: LanguageModel;
}

/** A characters-to-tokens ratio on the safe side for any language. */
const CHARS_PER_TOKEN = 3;

/** What is asked of a chunk has it as input, with the fields of records; the Validator that and an answer; other steps carry theirs as JSON in the text. */
function inputOf(job: JobRequest): unknown {
  if (job.signature === EXTRACTOR.signatureId) return extractorInput(job);
  const fields = job.fields === undefined ? {} : { fields: jsonOf(job.fields, 'fields') };
  if (job.signature === RECORDS.signatureId) return { ...extractorInput(job), ...fields };
  if (job.signature === VALIDATOR.signatureId)
    return { ...extractorInput(job), ...fields, answer: jsonOf(job.answer ?? '', 'answer') };
  return { ...(jsonOf(job.text, 'text') as object), query: job.query };
}

function jsonOf(text: string, field: 'text' | 'answer' | 'fields'): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PylonError('job-invalid', { value: field, reason: `the ${field} of such a job is JSON`, cause });
  }
}

function extractorInput(job: JobRequest): ExtractorInput {
  return {
    query: job.query,
    text: job.text,
    max_output_chars: job.maxOutputChars,
    ...(job.terms === undefined ? {} : { terms: job.terms }),
    ...(job.context === undefined ? {} : { context: job.context }),
  };
}

/** The parts of a result that the work decides. @throws PylonError `job-unsupported` | `job-invalid` | `job-failed`, or the backend's own */
export async function workOn(
  job: JobRequest,
  { backend }: Workshop,
  signal: AbortSignal,
): Promise<Pick<JobResult, 'output' | 'output_hash' | 'usage' | 'model'>> {
  const signature = SIGNATURES.get(job.signature);
  if (signature === undefined) throw new PylonError('job-unsupported', { value: job.signature });
  const input = signature.input.safeParse(inputOf(job));
  if (!input.success) {
    const issue = input.error.issues[0];
    throw new PylonError('job-invalid', {
      value: issue?.path.join('.') ?? '',
      reason: `the input is malformed: ${issue?.message}`,
    });
  }
  const { output, usage } = await backend.predict(signature, input.data, { signal });
  const checked = signature.output.safeParse(output);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    throw new PylonError('job-failed', {
      reason: `the backend broke its schema at ${issue?.path.join('.')}: ${issue?.message}`,
    });
  }
  const canonical = canonicalJson(checked.data);
  if (canonical.length > job.maxOutputChars)
    throw new PylonError('job-failed', {
      reason: `the output has ${canonical.length} characters, ${job.maxOutputChars} were asked for`,
    });
  return { output: checked.data, output_hash: sha256Hex(canonical), usage, model: backend.name };
}

/** Answers a bare prompt with plain text. @throws PylonError of the backend */
export async function answerPrompt(
  job: PromptJob,
  { backend, model }: Workshop,
  signal: AbortSignal,
): Promise<{ text: string; usage: Usage }> {
  if (model !== undefined) {
    const content = job.query === undefined ? job.prompt : `${job.prompt}\n\n${job.query}`;
    const maxOutputTokens = Math.ceil(job.maxOutputChars / CHARS_PER_TOKEN);
    const { text, usage } = await model.complete({ messages: [{ role: 'user', content }], maxOutputTokens, signal });
    return { text: text.slice(0, job.maxOutputChars), usage };
  }
  const input = { query: job.query ?? questionIn(job.prompt), text: job.prompt, max_output_chars: job.maxOutputChars };
  const { output, usage } = await backend.predict(EXTRACTOR, input, { signal });
  const quotes = EXTRACTOR.output.parse(output).findings.map(({ quote }) => quote);
  const text = quotes.join('\n').slice(0, job.maxOutputChars);
  if (text === '') throw new PylonError('job-failed', { reason: 'nothing in the prompt answers it' });
  return { text, usage };
}

/** What a prompt asks: its last question, or its first line. */
function questionIn(prompt: string): string {
  const lines = prompt
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const question = lines.findLast((line) => line.endsWith('?')) ?? lines[0] ?? prompt;
  return question.slice(0, QUERY_CHARS_MAX);
}
