// A run that has ended as other programs get it, over MCP and from the chat endpoint: the answer, what it stands on, and what it cost.
import { z } from 'zod';
import { CATALOGUE, isErrorCode, type PylonError } from '../../protocol/errors.ts';
import { RUN_STATUSES, type RunRecord } from '../../protocol/run.ts';
import { printSpan } from '../../protocol/span.ts';
import { readCited } from '../input/cited.ts';

/** Lines of a quote in the text of an answer; `quote` has all of it. */
const QUOTED_LINES_MAX = 6;
const QUOTED_LINE_CHARS_MAX = 400;

export const citationSchema = z.object({
  /** As `[n]` in the answer. */
  n: z.number().int(),
  path: z.string(),
  /** 1-based, inclusive. */
  start_line: z.number().int(),
  end_line: z.number().int(),
  /** Half-open. */
  start_byte: z.number().int(),
  end_byte: z.number().int(),
  /** sha256 of exactly those bytes. */
  content_hash: z.string(),
  /** Those bytes; null when the file has changed or is gone. */
  quote: z.string().nullable(),
});
export type Citation = z.infer<typeof citationSchema>;

export const viewErrorSchema = z.object({
  /** Of docs/errors.md. */
  code: z.string(),
  message: z.string(),
  next: z.string(),
});
export type ViewError = z.infer<typeof viewErrorSchema>;

export const answerViewSchema = z.object({
  /** Null when no run began. */
  run_id: z.string().nullable(),
  status: z.enum(RUN_STATUSES),
  answer: z.string().nullable(),
  citations: z.array(citationSchema),
  /** Share of the input that was asked, from 0 to 1. */
  coverage: z.number(),
  /** Bytes of the input, and of those that were asked. */
  bytes_given: z.number(),
  bytes_asked: z.number(),
  /** Gone through by searches. */
  bytes_searched: z.number(),
  cost_sats: z.number(),
  /** As the models counted them; 0 with the embedded engine. */
  tokens: z.object({ input: z.number(), output: z.number() }),
  /** Of language models. */
  calls: z.number(),
  sub_queries: z.number(),
  elapsed_ms: z.number(),
  strategy: z.string().nullable(),
  model: z.string().nullable(),
  error: viewErrorSchema.nullable(),
});
export type AnswerView = z.infer<typeof answerViewSchema>;

export function viewError({ code, message, next }: Pick<PylonError, 'code' | 'message' | 'next'>): ViewError {
  return { code, message, next };
}

function errorOf({ error }: RunRecord): ViewError | null {
  if (error === null) return null;
  return { ...error, next: isErrorCode(error.code) ? CATALOGUE[error.code].next : '' };
}

/** Where the file behind a citation's path is; undefined where that is not known. */
export type Locate = (path: string) => string | undefined;

async function citationsOf({ span_refs }: RunRecord, locate: Locate): Promise<Citation[]> {
  const citations: Citation[] = [];
  for (const [index, span] of span_refs.entries()) {
    const { path, start_line, end_line, start_byte, end_byte, content_hash } = span;
    const location = locate(path);
    const quote = location === undefined ? undefined : await readCited(span, location);
    const place = { path, start_line, end_line, start_byte, end_byte, content_hash };
    citations.push({ n: index + 1, ...place, quote: quote ?? null });
  }
  return citations;
}

/** The record of a run as a view of it, each quote read back from its file. */
export async function answerView(record: RunRecord, locate: Locate): Promise<AnswerView> {
  const { metrics, config } = record;
  return {
    run_id: record.id,
    status: record.status,
    answer: record.output,
    citations: await citationsOf(record, locate),
    coverage: metrics.coverage,
    bytes_given: metrics.bytes_given,
    bytes_asked: metrics.bytes_asked,
    bytes_searched: metrics.bytes_searched,
    cost_sats: record.cost_sats,
    tokens: { input: metrics.input_tokens, output: metrics.output_tokens },
    calls: metrics.calls,
    sub_queries: metrics.sub_queries,
    elapsed_ms: metrics.elapsed_ms,
    strategy: config.strategy_id,
    model: config.model,
    error: errorOf(record),
  };
}

/** The view of a question for which no run began. */
export function refusedView(error: PylonError): AnswerView {
  return {
    run_id: null,
    status: 'failed',
    answer: null,
    citations: [],
    coverage: 0,
    bytes_given: 0,
    bytes_asked: 0,
    bytes_searched: 0,
    cost_sats: 0,
    tokens: { input: 0, output: 0 },
    calls: 0,
    sub_queries: 0,
    elapsed_ms: 0,
    strategy: null,
    model: null,
    error: viewError(error),
  };
}

function clip(line: string): string {
  const points = Array.from(line);
  return points.length <= QUOTED_LINE_CHARS_MAX ? line : `${points.slice(0, QUOTED_LINE_CHARS_MAX - 1).join('')}…`;
}

function quoted(quote: string): string[] {
  const lines = quote.replace(/\n+$/, '').split('\n');
  const shown = lines.slice(0, QUOTED_LINES_MAX).map((line) => `> ${clip(line.trimEnd())}`);
  return lines.length > QUOTED_LINES_MAX ? [...shown, `> … ${lines.length - QUOTED_LINES_MAX} more lines`] : shown;
}

/** The citations as people read them, with their quotes; empty where there are none. */
export function sourcesText(citations: readonly Citation[]): string {
  return citations
    .map((citation) => [`[${citation.n}] ${printSpan(citation)}`, ...quoted(citation.quote ?? '(not there any more)')])
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** Answer and citations as one text; empty where there is no answer. */
export function answerText({ answer, citations }: Pick<AnswerView, 'answer' | 'citations'>): string {
  const said = (answer ?? '').trimEnd();
  const sources = sourcesText(citations);
  return said === '' || sources === '' ? said : `${said}\n\n${sources}`;
}
