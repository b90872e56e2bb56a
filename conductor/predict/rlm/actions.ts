// The action language of an exploration: the ten things a controller can do, one JSON object for each. It is closed: what is not one of
// these, or has a member too many, is no action. Nothing in it is code.
import { z } from 'zod';
import { OUTPUT_CHARS_MAX, QUERY_CHARS_MAX } from '../../../protocol/limits.ts';
import { fieldSpecsSchema } from '../../../protocol/records.ts';
import { STEPS_MAX, stepSchema, variableName } from './vars/steps.ts';

/** Read into one variable at once; what is longer is read in parts, or asked of leaves. */
export const LOAD_BYTES_MAX = 262_144;
/** Longest text searched for: a line of it, and no more than a pattern that a person writes. */
export const SEARCH_CHARS_MAX = 512;
/** Hits that a search keeps. */
export const HITS_MAX = 1_000;
export const HITS_DEFAULT = 50;
/** Lines of context that can be loaded round a hit. */
const CONTEXT_LINES_MAX = 1_000;
/** Citations that a Final may name; the answer has fewer (CITATIONS_MAX). */
const EVIDENCE_MAX = 64;
const FILES_MAX = 1_024;

const byte = z.number().int().min(0);
const line = z.number().int().min(1);
const file = z.number().int().min(0);
const files = z.array(file).min(1).max(FILES_MAX);
/** `hits` (a variable), or `hits[3]` (the third row of one). */
export const reference = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,31}(\[[1-9]\d{0,8}\])?$/, 'is not a variable, or a row of one like hits[3]');

const action = <Name extends string, Shape extends z.ZodRawShape>(name: Name, shape: Shape) =>
  z.strictObject({ action: z.literal(name), ...shape });

export const jsonValueSchema: z.ZodType<JsonInput> = z.lazy(() =>
  z.union([
    z.string().max(8_192),
    z.number().finite(),
    z.boolean(),
    z.null(),
    z.array(jsonValueSchema).max(1_000),
    z.record(z.string().max(128), jsonValueSchema),
  ]),
);
type JsonInput = string | number | boolean | null | JsonInput[] | { [key: string]: JsonInput };

/** What a Final stands on: rows of variables, bytes of a file, or words that are to be found there. */
export const evidenceSchema = z.union([
  reference,
  z.strictObject({ file, startByte: byte, endByte: byte }),
  z.strictObject({ file: file.optional(), ref: reference.optional(), quote: z.string().min(1).max(4_096) }),
]);
export type EvidenceRef = z.infer<typeof evidenceSchema>;

export const actionSchema = z.discriminatedUnion('action', [
  /** Looks at sources (neither `file` nor `var`), at a file, or at a variable, from a number of source, byte, row or character on. */
  action('Preview', { file: file.optional(), var: variableName.optional(), from: byte.optional() }),
  action('Search', {
    text: z.string().min(1).max(SEARCH_CHARS_MAX),
    mode: z.enum(['literal', 'regex', 'bm25']).optional(),
    ignoreCase: z.boolean().optional(),
    files: files.optional(),
    /** A variable with places: only there it is searched. */
    over: variableName.optional(),
    max: z.number().int().min(1).max(HITS_MAX).optional(),
    into: variableName.optional(),
  }),
  /** Reads bytes or lines of a file, or a row of a variable with lines round it, into a variable. */
  action('Load', {
    file: file.optional(),
    startByte: byte.optional(),
    endByte: byte.optional(),
    startLine: line.optional(),
    endLine: line.optional(),
    ref: reference.optional(),
    before: z.number().int().min(0).max(CONTEXT_LINES_MAX).optional(),
    after: z.number().int().min(0).max(CONTEXT_LINES_MAX).optional(),
    into: variableName.optional(),
  }),
  /** Cuts files, or the places of a variable, into passages. */
  action('Chunk', {
    files: files.optional(),
    over: variableName.optional(),
    bytes: z.number().int().min(1_024).max(524_288).optional(),
    into: variableName.optional(),
  }),
  action('WriteVar', { name: variableName, value: jsonValueSchema }),
  action('Compute', {
    from: variableName,
    steps: z.array(stepSchema).min(1).max(STEPS_MAX),
    into: variableName.optional(),
  }),
  /** One question to every chunk; with `fields` each leaf gives records, without them quotes. */
  action('ExtractOverChunks', {
    question: z.string().min(1).max(QUERY_CHARS_MAX),
    fields: fieldSpecsSchema.optional(),
    files: files.optional(),
    over: variableName.optional(),
    chunkBytes: z.number().int().min(1_024).max(524_288).optional(),
    into: variableName.optional(),
  }),
  /** A small text to one model; with `explore` a whole exploration of its own over the places of a variable. */
  action('SubLm', {
    question: z.string().min(1).max(QUERY_CHARS_MAX),
    over: reference,
    explore: z.boolean().optional(),
    into: variableName.optional(),
  }),
  action('ToolCall', {
    tool: z.string().min(1).max(64),
    args: jsonValueSchema.optional(),
    into: variableName.optional(),
  }),
  action('Final', {
    /** `{{name}}`, `{{name[2]}}` and `{{name[2].field}}` are replaced by what the kernel holds. */
    answer: z.string().min(1).max(OUTPUT_CHARS_MAX),
    evidence: z.array(evidenceSchema).max(EVIDENCE_MAX).optional(),
  }),
]);
export type Action = z.infer<typeof actionSchema>;
export type ActionName = Action['action'];
export type ActionOf<Name extends ActionName> = Extract<Action, { action: Name }>;

export const ACTION_NAMES: readonly ActionName[] = actionSchema.options.map((option) => option.shape.action.value);
