// What a call of a tool gives: a text for the model, the same as structured content, and of a failure our code and the next step.
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { PylonError, toPylonError } from '../../protocol/errors.ts';
import { printSpan } from '../../protocol/span.ts';
import { answerText, answerView, refusedView, viewError } from '../engine/answer-view.ts';
import { type AskingOptions, ask, type Caller } from './asking.ts';
import { findingsOf } from './findings.ts';
import type { Folders } from './folders.ts';
import { statusOf, statusText } from './status.ts';
import { type ChunkView, fanoutSchema, querySchema, readArguments, statusSchema, TOOLS } from './tools.ts';

export interface ToolCall {
  readonly name: string;
  readonly given: unknown;
}

/** Who calls; its folders are asked of the client when they are needed. */
export interface ToolCaller extends Omit<Caller, 'folders'> {
  readonly folders: () => Promise<Folders>;
}

interface Said {
  readonly text: string;
  readonly structured: Record<string, unknown>;
  readonly isError?: boolean;
  /** Of the run, where one began. */
  readonly runId?: string | null;
}

function resultOf({ text, structured, isError = false, runId }: Said): CallToolResult {
  const link = {
    type: 'resource_link' as const,
    uri: `pylon://runs/${runId}`,
    name: `run ${runId}`,
    mimeType: 'application/json',
  };
  const content: CallToolResult['content'] = [{ type: 'text', text }];
  if (typeof runId === 'string') content.push(link);
  return { content, structuredContent: structured, ...(isError ? { isError } : {}) };
}

function failureText({ code, message }: { code: string; message: string }): string {
  return `${code}: ${message}`;
}

async function query(given: unknown, asking: AskingOptions, caller: Caller): Promise<Said> {
  const view = await ask(readArguments(querySchema, given), caller, asking, ({ record, locate }) =>
    answerView(record, locate),
  );
  const complaint = view.error === null ? [] : [failureText(view.error)];
  const text = [answerText(view), ...complaint].filter((part) => part !== '').join('\n\n');
  return { text, structured: view, isError: view.status === 'failed', runId: view.run_id };
}

function chunkText(chunk: ChunkView): string {
  if (chunk.state !== 'answered') return `${printSpan(chunk)}: ${chunk.state}`;
  return chunk.findings
    .map((finding) => `${printSpan(finding)}\n> ${finding.quote.trimEnd().replace(/\n/g, '\n> ')}`)
    .join('\n');
}

async function fanout(given: unknown, asking: AskingOptions, caller: Caller): Promise<Said> {
  const { max_findings, ...asked } = readArguments(fanoutSchema, given);
  if (!asking.options.log)
    throw new PylonError('option-invalid', {
      value: '--no-log',
      reason: 'what each chunk found is read from what is kept of the run, and nothing is kept',
      next: 'start the server without --no-log, or use rlm_query',
    });
  return ask(asked, caller, withMapReduce(asking), async (ended) => {
    const { answer: _answer, citations: _citations, ...view } = await answerView(ended.record, ended.locate);
    const found = await findingsOf(ended, max_findings);
    const structured = {
      ...view,
      chunks_total: found.total,
      chunks_answered: found.answered,
      findings_total: found.findings,
      findings_left_out: found.leftOut,
      chunks: [...found.chunks],
    };
    const head = `${found.findings} findings in ${found.answered} of ${found.total} chunks${found.leftOut > 0 ? `, ${found.leftOut} left out` : ''}`;
    const complaint = view.error === null ? [] : [failureText(view.error)];
    const text = [head, ...found.chunks.map(chunkText), ...complaint].join('\n\n');
    return { text, structured, isError: view.status === 'failed', runId: view.run_id };
  });
}

/** Every chunk is asked, however the question would be answered otherwise. */
function withMapReduce(asking: AskingOptions): AskingOptions {
  return { ...asking, options: { ...asking.options, strategy: 'map_reduce' } };
}

async function status(given: unknown, asking: AskingOptions): Promise<Said> {
  const { run, limit } = readArguments(statusSchema, given);
  const standing = await asking.shared.use((engine) => statusOf(engine, run, limit));
  return {
    text: statusText(standing),
    structured: { ...standing },
    ...(run === undefined ? {} : { runId: standing.runs[0]!.run_id }),
  };
}

/** The form of a tool's answer when there is none. */
function refusalOf(name: string, error: PylonError): Record<string, unknown> {
  if (name === 'rlm_status') return { running: 0, runs: [], error: viewError(error) };
  const { answer, citations, ...view } = refusedView(error);
  if (name === 'rlm_query') return { ...view, answer, citations };
  return { ...view, chunks_total: 0, chunks_answered: 0, findings_total: 0, findings_left_out: 0, chunks: [] };
}

/** A call that is refused, in the form that its tool answers. */
export function refusalOfCall(name: string, error: PylonError): CallToolResult {
  return resultOf({ text: failureText(error), structured: refusalOf(name, error), isError: true });
}

/** Calls a tool; what is wrong is an answer with our code, not an error of the protocol, so that a model can read it. */
export async function callTool(
  { name, given }: ToolCall,
  asking: AskingOptions,
  caller: ToolCaller,
): Promise<CallToolResult> {
  if (!TOOLS.some((tool) => tool.name === name)) {
    const error = new PylonError('request-invalid', {
      value: name,
      reason: 'there is no such tool',
      next: 'see tools/list',
    });
    return resultOf({ text: failureText(error), structured: { error: viewError(error) }, isError: true });
  }
  try {
    if (name === 'rlm_status') return resultOf(await status(given, asking));
    const own = { ...caller, folders: await caller.folders() };
    return resultOf(await (name === 'rlm_query' ? query(given, asking, own) : fanout(given, asking, own)));
  } catch (thrown) {
    return refusalOfCall(name, toPylonError(thrown));
  }
}
