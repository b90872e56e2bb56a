// What a client may read of the history: `pylon://runs`, a run, its trace page by page. Every answer is bounded, and says where the rest is.
import type { ListResourcesResult } from '@modelcontextprotocol/sdk/types.js';
import { PylonError } from '../../protocol/errors.ts';
import { RECEIPTS_PAGE_MAX, receiptSelectionSchema } from '../../protocol/receipt-list.ts';
import { runsQuerySchema } from '../../protocol/run-list.ts';
import { preview } from '../../protocol/text.ts';
import type { TraceEvent } from '../../protocol/trace.ts';
import type { Engine } from '../engine/port.ts';

const RUNS_PER_PAGE = 50;
const NAME_CHARS_MAX = 80;
const EVENTS_DEFAULT = 200;
const EVENTS_MAX = 1_000;
const RECEIPTS_DEFAULT = 50;
/** Characters of one page of a trace: what a client puts before a model is small. */
const PAGE_CHARS_MAX = 262_144;

export const RESOURCE_TEMPLATES = [
  {
    uriTemplate: 'pylon://runs/{id}',
    name: 'run',
    title: 'A run',
    description: 'The record of a run: question, answer, citations, metrics. `id` may be a unique prefix.',
    mimeType: 'application/json',
  },
  {
    uriTemplate: 'pylon://runs/{id}/trace{?from_seq,limit}',
    name: 'trace',
    title: 'The trace of a run',
    description: `Everything that happened in a run, in order, ${EVENTS_DEFAULT} events a page (at most ${EVENTS_MAX}); \`next\` is the URI of the next page.`,
    mimeType: 'application/json',
  },
  {
    uriTemplate: 'pylon://runs/{id}/receipts{?before,limit}',
    name: 'receipts',
    title: 'The receipts of a run',
    description: `Its predictions, the newest first, ${RECEIPTS_DEFAULT} a page; \`next\` is the URI of the next page.`,
    mimeType: 'application/json',
  },
  {
    uriTemplate: 'pylon://receipts/{receiptId}',
    name: 'receipt',
    title: 'A receipt',
    description: 'Of one prediction: which strategy and why, its budgets, the spans that were read, calls and hashes.',
    mimeType: 'application/json',
  },
];

/** `pylon://runs` and the runs, newest first, a page at a time. @throws PylonError `request-invalid` (cursor) */
export async function listResources(engine: Engine, cursor: string | undefined): Promise<ListResourcesResult> {
  const query = { limit: RUNS_PER_PAGE, ...(cursor === undefined ? {} : { cursor }) };
  const { runs, next_cursor } = await engine.runs.page(runsQuerySchema.parse(query));
  const all = {
    uri: 'pylon://runs',
    name: 'runs',
    title: 'The latest runs',
    description: 'Questions that were asked from this home, the newest first.',
    mimeType: 'application/json',
  };
  const each = runs.map(({ id, query, status }) => ({
    uri: `pylon://runs/${id}`,
    name: id,
    title: preview(query, NAME_CHARS_MAX),
    description: status,
    mimeType: 'application/json',
  }));
  const rest = next_cursor === null ? {} : { nextCursor: next_cursor };
  return { resources: cursor === undefined ? [all, ...each] : each, ...rest };
}

function unknown(uri: string): PylonError {
  return new PylonError('request-invalid', {
    value: uri,
    reason: 'there is no such resource',
    next: 'read pylon://runs, pylon://runs/{id}, pylon://runs/{id}/trace, pylon://runs/{id}/receipts or pylon://receipts/{receiptId}',
  });
}

async function readRuns(engine: Engine): Promise<unknown> {
  const runs = await engine.runs.list({ limit: RUNS_PER_PAGE });
  return {
    runs: runs.map(({ id, created_at, status, query, cost_sats, metrics: { coverage } }) => ({
      id,
      uri: `pylon://runs/${id}`,
      created_at,
      status,
      query,
      coverage,
      cost_sats,
    })),
  };
}

/** A whole number of a query string. @throws PylonError `request-invalid` */
function wholeNumber(given: URLSearchParams, name: string, fallback: number, max: number): number {
  const text = given.get(name);
  if (text === null) return fallback;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= max) return value;
  throw new PylonError('request-invalid', { value: text, reason: `${name} must be a whole number from 0 to ${max}` });
}

async function readTrace(engine: Engine, id: string, given: URLSearchParams): Promise<unknown> {
  const fromSeq = wholeNumber(given, 'from_seq', 0, Number.MAX_SAFE_INTEGER);
  const limit = wholeNumber(given, 'limit', EVENTS_DEFAULT, EVENTS_MAX);
  const events: TraceEvent[] = [];
  let chars = 0;
  let next: number | undefined;
  for await (const event of engine.runs.events(id, fromSeq)) {
    chars += JSON.stringify(event).length;
    // One event is always shown, however large: otherwise nobody would get past it.
    if (events.length >= limit || (events.length > 0 && chars > PAGE_CHARS_MAX)) {
      next = event.seq;
      break;
    }
    events.push(event);
  }
  return {
    run_id: id,
    events,
    next_seq: (events.at(-1)?.seq ?? fromSeq - 1) + 1,
    next: next === undefined ? null : `pylon://runs/${id}/trace?from_seq=${next}&limit=${limit}`,
  };
}

async function readReceipts(engine: Engine, id: string, given: URLSearchParams): Promise<unknown> {
  const limit = wholeNumber(given, 'limit', RECEIPTS_DEFAULT, RECEIPTS_PAGE_MAX);
  const before = given.get('before');
  const selection = { run: id, limit: Math.max(1, limit), ...(before === null ? {} : { before }) };
  const parsed = receiptSelectionSchema.safeParse(selection);
  if (!parsed.success) throw new PylonError('request-invalid', { value: before ?? '', reason: 'before is no receipt' });
  const { receipts, next_before } = await engine.predictions.list(parsed.data);
  const next = next_before === null ? null : `pylon://runs/${id}/receipts?before=${next_before}&limit=${limit}`;
  return { run_id: id, receipts: receipts.map((one) => ({ ...one, uri: `pylon://receipts/${one.receiptId}` })), next };
}

/** @returns a JSON value. @throws PylonError `request-invalid` | `run-unknown` | `run-ambiguous` | `receipt-unknown` */
export async function readResource(engine: Engine, uri: string): Promise<unknown> {
  const receipt = /^pylon:\/\/receipts\/([0-9A-Za-z]{1,26})$/.exec(uri);
  if (receipt !== null) return engine.predictions.read(receipt[1]!);
  const match = /^pylon:\/\/runs(?:\/([0-9A-Za-z]{1,26})(\/trace|\/receipts)?)?(?:\?(.{0,256}))?$/.exec(uri);
  if (match === null) throw unknown(uri);
  const [, prefix, part, query] = match;
  if (prefix === undefined) return readRuns(engine);
  const id = await engine.runs.resolve(prefix);
  if (part === '/trace') return readTrace(engine, id, new URLSearchParams(query));
  if (part === '/receipts') return readReceipts(engine, id, new URLSearchParams(query));
  const record = await engine.runs.get(id);
  if (record === undefined) throw new PylonError('run-unknown', { value: prefix });
  return record;
}
