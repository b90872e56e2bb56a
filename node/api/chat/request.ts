// A chat request read: what it may not ask is refused in words, and what it says of the run becomes the run's options.
import type { z } from 'zod';
import type { ErrorDetail } from '../../../protocol/errors.ts';
import { type Field, fields, settingError } from '../../settings/fields.ts';
import { type RunOptions, runOptionsSchema } from '../../settings/run-options.ts';
import { ChatRefusal } from './failure.ts';
import { optionsOfModel } from './models.ts';
import { type ChatRequest, chatRequestSchema, extensionSchema } from './schemas.ts';

type Extension = z.infer<typeof extensionSchema>;

export interface ReadRequest {
  readonly model: string;
  readonly messages: ChatRequest['messages'];
  readonly streams: boolean;
  readonly wantsUsage: boolean;
  readonly options: RunOptions;
  readonly question: string | undefined;
  readonly files: readonly string[];
  readonly sources: boolean;
}

/** `messages.0.content` → `messages[0].content`. */
function paramOf(path: readonly PropertyKey[]): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${String(step)}`))
    .join('');
}

/** @throws ChatRefusal `request-invalid` naming the field */
function parse<Output>(schema: z.ZodType<Output>, value: unknown, above: readonly PropertyKey[] = []): Output {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const param = paramOf([...above, ...(issue?.path ?? [])]);
  throw new ChatRefusal('request-invalid', param, {
    reason: `${param || 'the body'}: ${issue?.message ?? 'is not valid'}`,
  });
}

/** Fields that ask for an answer of another form than there is; what only tunes a language model is passed over. */
function refuseForms(request: ChatRequest): void {
  const refuse = (param: string, reason: string, next: string) => {
    throw new ChatRefusal('request-invalid', param, { reason, next });
  };
  if ((request.n ?? 1) !== 1) refuse('n', 'there is one answer to a question', 'leave n out');
  if (request.logprobs === true)
    refuse('logprobs', 'there are no log probabilities of an answer', 'leave logprobs out');
  if (request.modalities?.some((kind) => kind !== 'text'))
    refuse('modalities', 'answers are text', 'leave modalities out');
  const { type = 'text' } = request.response_format ?? {};
  if (type !== 'text')
    refuse('response_format', 'answers are text with citations', 'read `pylon.citations` of the answer');
  const calls = request.tool_choice ?? request.function_call ?? 'auto';
  if (calls !== 'auto' && calls !== 'none') refuse('tool_choice', 'no tools are called here', 'leave tool_choice out');
}

/** Ours, from the body or, for clients that can send nothing else, from `metadata.pylon` as an object or as JSON. */
function extensionOf({ pylon, metadata }: ChatRequest): Extension {
  const given = metadata?.pylon;
  if (given === undefined) return pylon ?? {};
  let value: unknown = given;
  try {
    if (typeof given === 'string') value = JSON.parse(given);
  } catch (cause) {
    throw new ChatRefusal('request-invalid', 'metadata.pylon', { reason: 'metadata.pylon is not JSON', cause });
  }
  return { ...parse(extensionSchema, value, ['metadata', 'pylon']), ...pylon };
}

function isField(name: string): name is Field {
  return Object.hasOwn(fields, name);
}

/** @throws ChatRefusal with the code of the option */
function optionsOf(own: RunOptions, model: Partial<RunOptions>, given: Record<string, unknown>): RunOptions {
  const parsed = runOptionsSchema.safeParse({ ...own, ...model, ...given });
  if (parsed.success) {
    if (parsed.data.log) return parsed.data;
    throw new ChatRefusal('request-invalid', 'pylon.log', {
      reason: 'a daemon keeps every run',
      next: 'delete it afterwards with DELETE /api/runs/<run_id>',
    });
  }
  const issue = parsed.error.issues[0];
  const field = issue?.code === 'unrecognized_keys' ? (issue.keys[0] ?? '') : String(issue?.path[0] ?? '');
  const param = `pylon.${field}`;
  if (!isField(field) || issue?.code === 'unrecognized_keys')
    throw new ChatRefusal('request-invalid', param, { value: field, reason: 'there is no such option of a run' });
  const error = settingError(
    field,
    given[field],
    { ...issue!, path: issue!.path.slice(1) },
    {
      name: param,
      code: 'option-invalid',
      next: 'see docs/chat.md',
    },
  );
  const detail: ErrorDetail = { reason: error.reason, next: error.next };
  throw new ChatRefusal(error.code, param, error.value === undefined ? detail : { ...detail, value: error.value });
}

/**
 * @param value of the body; @param own options of the home, where the request says nothing
 * @throws ChatRefusal naming the field; PylonError `model-unknown`
 */
export function readRequest(value: unknown, own: RunOptions): ReadRequest {
  const request = parse(chatRequestSchema, value);
  refuseForms(request);
  const { question, files = [], sources = true, ...given } = extensionOf(request);
  return {
    model: request.model,
    messages: request.messages,
    streams: request.stream === true,
    wantsUsage: request.stream_options?.include_usage === true,
    options: optionsOf(own, optionsOfModel(request.model), given),
    question,
    files,
    sources,
  };
}
