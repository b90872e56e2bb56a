// What a run stands on: the lines of its input that an answer cites, and the payloads that providers gave. And how to be rid
// of it.
import { z } from 'zod';
import { PylonError } from '../../../protocol/errors.ts';
import { readSource } from '../../input/source-lines.ts';
import { parseRequest } from '../failure.ts';
import type { ApiServices, Route, RouteInput } from '../route.ts';
import { runIdOf, runRecordOf } from '../run-of.ts';
import { shownPayload } from '../shown-payload.ts';

/** Lines of context on either side. */
const AROUND_MAX = 500;
const AROUND_DEFAULT = 20;
const line = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
const byte = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const hash = z.string().regex(/^[0-9a-f]{64}$/, { error: 'must be a sha256 in hex digits' });

const sourceQuerySchema = z
  .object({
    /** As the run names it. */
    path: z.string().min(1).max(4_096),
    start_line: line,
    end_line: line.optional(),
    around: z.coerce.number().int().min(0).max(AROUND_MAX).default(AROUND_DEFAULT),
    /** With these three of a citation the answer says whether the file still holds what was read. */
    start_byte: byte.optional(),
    end_byte: byte.optional(),
    content_hash: hash.optional(),
  })
  .refine(({ start_line, end_line = start_line }) => end_line >= start_line, { error: 'end_line is before start_line' })
  .refine(({ start_byte = 0, end_byte = start_byte }) => end_byte >= start_byte, {
    error: 'end_byte is before start_byte',
  });

const sourceSchema = z.object({
  path: z.string(),
  /** Number of the first of `lines`. */
  start_line: z.number().int(),
  lines: z.array(z.string()),
  total_lines: z.number().int().optional(),
  /** Some of what was wanted is cut. */
  truncated: z.boolean(),
  /** The cited bytes are those that were read; null where none were given. */
  matches: z.boolean().nullable(),
});

/** Where an input of the run is. @throws PylonError `source-unknown` */
async function locate(services: ApiServices, runId: string, path: string): Promise<string> {
  const [record, locations] = await Promise.all([runRecordOf(services, runId), services.engine.inputs(runId)]);
  const index = record.inputs.findIndex((input) => input.path === path);
  if (index < 0) throw new PylonError('source-unknown', { value: path, reason: 'the run did not read this file' });
  const location = locations?.[index];
  if (location === undefined) throw new PylonError('source-unknown', { value: path });
  return location;
}

async function getSource(services: ApiServices, input: RouteInput) {
  const id = await runIdOf(services, input);
  const wanted = parseRequest(sourceQuerySchema, input.query, 'query');
  const { path, start_line, end_line = start_line, around, start_byte, end_byte, content_hash } = wanted;
  const isSpan = start_byte !== undefined && end_byte !== undefined && content_hash !== undefined;
  const span = isSpan ? { span: { startByte: start_byte, endByte: end_byte, contentHash: content_hash } } : {};
  const location = await locate(services, id, path);
  const read = await readSource(location, path, { startLine: start_line, endLine: end_line, around, ...span });
  const total = read.totalLines === undefined ? {} : { total_lines: read.totalLines };
  return {
    path,
    start_line: read.startLine,
    lines: read.lines,
    ...total,
    truncated: read.truncated,
    matches: read.matches,
  };
}

async function getPayload(services: ApiServices, input: RouteInput) {
  const id = await runIdOf(services, input);
  const wanted = parseRequest(z.object({ hash }), input.params, 'path').hash;
  const bytes = await services.engine.payload(id, wanted);
  return shownPayload(wanted, bytes);
}

async function deleteRun(services: ApiServices, input: RouteInput) {
  const id = await runIdOf(services, input);
  await services.engine.runs.delete(id);
  return { run_id: id };
}

export const evidenceRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/runs/:id/source',
    summary: 'Lines of an input file round a citation, as the file is now, and whether it still holds what was read',
    query: sourceQuerySchema,
    status: 200,
    response: sourceSchema,
    handle: getSource,
  },
  {
    method: 'GET',
    path: '/api/runs/:id/blobs/:hash',
    summary: 'A payload that the trace of the run names by its sha256, as text',
    status: 200,
    produces: ['text/plain'],
    handle: getPayload,
  },
  {
    method: 'DELETE',
    path: '/api/runs/:id',
    summary: 'Delete a run that is over: its record, its trace, what only it names, and its folder under PYLON_HOME',
    status: 200,
    response: z.object({ run_id: z.string() }),
    handle: deleteRun,
  },
];
