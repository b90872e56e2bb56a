// What the chat endpoint takes and gives, as OpenAI has it, and what is ours: the `pylon` members.
import { z } from 'zod';
import { answerViewSchema } from '../../engine/answer-view.ts';
import { LongText } from './json-spooler.ts';

const MESSAGES_MAX = 10_000;
const PARTS_MAX = 1_000;
const NAME_CHARS_MAX = 256;

/** A text that is held, or one that is not. */
const text = z
  .custom<string | LongText>((value) => typeof value === 'string' || value instanceof LongText, {
    error: 'must be text',
  })
  .meta({ type: 'string' });

const textPart = z.looseObject({ type: z.literal('text'), text });
const filePart = z.looseObject({
  type: z.literal('file'),
  file: z.looseObject({
    /** Base64, or a data URL. */
    file_data: text.optional(),
    filename: z.string().max(NAME_CHARS_MAX).optional(),
    /** Refused: there is no place here where files are kept. */
    file_id: z.string().max(NAME_CHARS_MAX).optional(),
  }),
});
/** Refused, each in words of its own. */
const otherPart = z.looseObject({ type: z.string().max(64) });
const part = z.union([textPart, filePart, otherPart]);
export type ContentPart = z.infer<typeof part>;

const message = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function'], { error: 'there is no such role' }),
  content: z.union([text, z.array(part).max(PARTS_MAX), z.null()]).optional(),
});
export type ChatMessage = z.infer<typeof message>;

/** Ours: what to read besides, and how. The options of a run are members of it, too (docs/chat.md). */
export const extensionSchema = z.looseObject({
  /** The question; then every message is input. */
  question: z.string().optional(),
  /** Absolute paths of files, folders or globs to read besides. */
  files: z.array(z.string().max(4_096)).max(1_000).optional(),
  /** False leaves the citations out of the text; `pylon.citations` of the answer has them. */
  sources: z.boolean().optional(),
});

export const chatRequestSchema = z.looseObject({
  model: z.string({ error: 'must be the name of a model' }).max(NAME_CHARS_MAX),
  messages: z.array(message).min(1, { error: 'must have a message' }).max(MESSAGES_MAX),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  n: z.number().nullish(),
  logprobs: z.boolean().nullish(),
  modalities: z.array(z.string().max(64)).max(16).nullish(),
  response_format: z.looseObject({ type: z.string().max(64) }).nullish(),
  tool_choice: z.unknown().optional(),
  function_call: z.unknown().optional(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  pylon: extensionSchema.nullish(),
});
export type ChatRequest = z.infer<typeof chatRequestSchema>;

const usageSchema = z.object({
  prompt_tokens: z.number().int(),
  completion_tokens: z.number().int(),
  total_tokens: z.number().int(),
});

export const pylonMemberSchema = answerViewSchema.omit({ answer: true });

export const completionSchema = z.object({
  id: z.string(),
  object: z.literal('chat.completion'),
  created: z.number().int(),
  model: z.string(),
  choices: z.array(
    z.object({
      index: z.literal(0),
      message: z.object({ role: z.literal('assistant'), content: z.string(), refusal: z.null() }),
      logprobs: z.null(),
      /** `length` where the answer is partial: a budget, a deadline or a quorum was not enough. */
      finish_reason: z.enum(['stop', 'length']),
    }),
  ),
  usage: usageSchema,
  pylon: pylonMemberSchema,
});
export type Completion = z.infer<typeof completionSchema>;

export const modelSchema = z.object({
  id: z.string(),
  object: z.literal('model'),
  created: z.number().int(),
  owned_by: z.literal('pylon'),
});
export const modelListSchema = z.object({ object: z.literal('list'), data: z.array(modelSchema) });

export const chatErrorSchema = z.object({
  error: z.object({
    message: z.string(),
    type: z.string(),
    param: z.string().nullable(),
    code: z.string(),
  }),
});
