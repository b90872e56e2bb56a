// What the tools of the MCP server take and give, as schemas: the client is shown them, and what it sends is held against them.
import { z } from 'zod';
import { PylonError } from '../../protocol/errors.ts';
import { QUERY_CHARS_MAX } from '../../protocol/limits.ts';
import { answerViewSchema, viewErrorSchema } from '../engine/answer-view.ts';
import { fields, settingError } from '../settings/fields.ts';
import { type RunOptions, runOptionsSchema } from '../settings/run-options.ts';

const PATHS_MAX = 256;
const PATH_CHARS_MAX = 4_096;
/** Findings of one answer of `rlm_fanout`; a client asks for more by asking a narrower question. */
const FINDINGS_MAX = 2_000;
const FINDINGS_DEFAULT = 200;
const RUNS_MAX = 50;

/** What may be said of a run beside its question. */
const optionShape = {
  fanout: fields.fanout.optional().describe('Sub-queries in flight at a time.'),
  budget_sats: fields.budget_sats.optional().describe('Most sats the run may owe; never more than the server allows.'),
  verify: fields.verify
    .optional()
    .describe(
      'How answers of others are checked: auto, none, credibility, redundancy:2of3, objective, validated:<npub>.',
    ),
  deadline_s: fields.deadline_s
    .optional()
    .describe('Seconds for the whole run; then the answer is made of what is there.'),
};

const inputShape = {
  question: z.string().max(QUERY_CHARS_MAX).describe('The question, in one or a few sentences.'),
  paths: z
    .array(z.string().max(PATH_CHARS_MAX))
    .max(PATHS_MAX)
    .optional()
    .describe('Files, folders or globs to read, of any size; relative to the workspace.'),
  text: z
    .string()
    .optional()
    .describe('Text to read, instead of or beside the paths. A file is better: name its path.'),
  text_name: z.string().min(1).max(255).optional().describe('The name under which citations show that text.'),
};

export const querySchema = z.strictObject({
  ...inputShape,
  ...optionShape,
  strategy: fields.strategy
    .optional()
    .describe('How the answer is found; auto chooses by the size of the input and the models at hand.'),
});
export const fanoutSchema = z.strictObject({
  ...inputShape,
  ...optionShape,
  max_findings: z
    .number()
    .int()
    .min(1)
    .max(FINDINGS_MAX)
    .default(FINDINGS_DEFAULT)
    .describe('Most findings in the answer; it says how many were left out.'),
});
export const statusSchema = z.strictObject({
  run: z
    .string()
    .min(1)
    .max(26)
    .optional()
    .describe('A run id or a unique prefix of one; without it, what runs now and the latest runs.'),
  limit: z.number().int().min(1).max(RUNS_MAX).default(10).describe('Most of the latest runs.'),
});
/** Without `strategy` where every chunk is asked. */
export type Asked = z.infer<typeof querySchema>;

export const findingViewSchema = z.object({
  path: z.string(),
  start_line: z.number().int(),
  end_line: z.number().int(),
  start_byte: z.number().int(),
  end_byte: z.number().int(),
  quote: z.string(),
  score: z.number(),
  /** In the provider's words; no evidence. */
  note: z.string().nullable(),
});

export const chunkViewSchema = z.object({
  chunk: z.number().int(),
  path: z.string(),
  start_line: z.number().int(),
  end_line: z.number().int(),
  start_byte: z.number().int(),
  end_byte: z.number().int(),
  /** `unread`: it was answered, and what was answered is not kept, or the file has changed. */
  state: z.enum(['answered', 'unanswered', 'unread']),
  /** The earlier chunk with the same bytes. */
  same_as: z.number().int().nullable(),
  /** Who answered: a public key, or the local backend. */
  provider: z.string().nullable(),
  findings: z.array(findingViewSchema),
});
export type ChunkView = z.infer<typeof chunkViewSchema>;

export const fanoutViewSchema = answerViewSchema.omit({ answer: true, citations: true }).extend({
  chunks_total: z.number().int(),
  chunks_answered: z.number().int(),
  findings_total: z.number().int(),
  findings_left_out: z.number().int(),
  /** Chunks that found something, or that gave no answer. */
  chunks: z.array(chunkViewSchema),
});

const runSummarySchema = answerViewSchema.omit({ citations: true, run_id: true }).extend({
  run_id: z.string(),
  query: z.string(),
  created_at: z.string(),
  chunks: z.number().int(),
  chunks_answered: z.number().int(),
});
export type RunSummary = z.infer<typeof runSummarySchema>;

export const statusViewSchema = z.object({
  running: z.number().int(),
  runs: z.array(runSummarySchema),
  error: viewErrorSchema.nullable(),
});

function jsonSchema(schema: z.ZodType, io: 'input' | 'output') {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest as { type: 'object'; [key: string]: unknown };
}

/** A run may cost sats and change nothing else; the world it asks is not this machine alone. */
const ASKING = { readOnlyHint: true, destructiveHint: false, idempotentHint: false, openWorldHint: true };

/** As `tools/list` tells them. */
export const TOOLS = [
  {
    name: 'rlm_query',
    title: 'Ask a question about an input of any length',
    description:
      'Reads files, folders or text of any length in parallel and answers with citations that point at exact lines. Use it where the input is too long to read yourself.',
    inputSchema: jsonSchema(querySchema, 'input'),
    outputSchema: jsonSchema(answerViewSchema, 'output'),
    annotations: { title: 'Pylon: ask', ...ASKING },
  },
  {
    name: 'rlm_fanout',
    title: 'Ask the same question of every part of an input',
    description:
      'Cuts the input into chunks, asks each the same question, and returns what each found with its lines, instead of one answer. Use it to list, count or compare.',
    inputSchema: jsonSchema(fanoutSchema, 'input'),
    outputSchema: jsonSchema(fanoutViewSchema, 'output'),
    annotations: { title: 'Pylon: ask every part', ...ASKING },
  },
  {
    name: 'rlm_status',
    title: 'How runs stand',
    description: 'One run by its id, or what runs now and the latest runs: state, coverage, cost, answer.',
    inputSchema: jsonSchema(statusSchema, 'input'),
    outputSchema: jsonSchema(statusViewSchema, 'output'),
    annotations: { title: 'Pylon: runs', readOnlyHint: true, idempotentHint: true, openWorldHint: false },
  },
] as const;

/** Checks what a client sent. @throws PylonError `request-invalid`, or the code of the option, naming the argument */
export function readArguments<Output>(schema: z.ZodType<Output>, given: unknown): Output {
  const parsed = schema.safeParse(given ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const name = String(issue?.path[0] ?? '');
  if (Object.hasOwn(fields, name))
    throw settingError(
      name,
      (given as Record<string, unknown>)[name],
      { ...issue, path: issue?.path.slice(1) } as never,
      {
        name,
        code: 'option-invalid',
        next: 'see the schema of the tool',
      },
    );
  if (name === 'question' && issue?.code === 'too_big') throw new PylonError('query-too-long');
  const unknown = issue?.code === 'unrecognized_keys' ? { value: issue.keys.join(', ') } : {};
  const where = issue?.path.map(String).join('.') || 'arguments';
  throw new PylonError('request-invalid', {
    reason: `${where}: ${issue?.message ?? 'is not valid'}`,
    next: 'see the schema of the tool',
    ...unknown,
  });
}

/** The options of a run that was asked for: those of the server, and what the client said. @throws PylonError `budget-not-allowed` */
export function optionsFor(asked: Asked, own: RunOptions): RunOptions {
  const {
    question: _question,
    paths: _paths,
    text: _text,
    text_name: _name,
    ...said
  } = asked as Record<string, unknown>;
  delete said.max_findings;
  const options = runOptionsSchema.parse({ ...own, ...said });
  if (options.budget_sats > own.budget_sats)
    throw new PylonError('money-invalid', {
      value: String(options.budget_sats),
      reason: `budget_sats is more than the ${own.budget_sats} sats that this server may spend on a run`,
      next: 'ask for less; whoever runs the server sets it with `pylon mcp --budget` or `budget_sats` of its configuration',
    });
  return options;
}
