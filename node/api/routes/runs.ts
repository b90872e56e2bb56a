// Runs over HTTP: begin, list, read, follow, cancel, export, import.

import { z } from 'zod';
import { NO_REDACTION, parseRules } from '../../../ledger/redact/rules.ts';
import { annotationSchema } from '../../../protocol/annotation.ts';
import { PylonError } from '../../../protocol/errors.ts';
import { runRecordSchema } from '../../../protocol/run.ts';
import { runPageSchema, runsQuerySchema } from '../../../protocol/run-list.ts';
import type { TraceEvent } from '../../../protocol/trace.ts';
import type { RunRequest } from '../../engine/port.ts';
import { eventPageSchema } from '../event-page.ts';
import { parseRequest } from '../failure.ts';
import type { ApiServices, Route, RouteInput } from '../route.ts';
import { runIdOf, runRecordOf } from '../run-of.ts';
import * as schemas from '../schemas.ts';

async function startRun({ active }: ApiServices, input: RouteInput) {
  const { query, files, display_names, within, options } = parseRequest(schemas.runRequestSchema, input.body, 'body');
  if (!options.log) {
    throw new PylonError('request-invalid', {
      value: 'false',
      reason: 'body.options.log: a daemon keeps every run',
      next: 'use `pylon rlm --no-log`, which asks no daemon',
    });
  }
  const names = display_names === undefined ? {} : { displayNames: display_names };
  const bounds = within === undefined ? {} : { within };
  const request: RunRequest = { query, files, options, ...names, ...bounds };
  return { run_id: await active.start(request) };
}

function listRuns({ engine }: ApiServices, input: RouteInput) {
  return engine.runs.page(parseRequest(runsQuerySchema, input.query, 'query'));
}

async function getRun(services: ApiServices, input: RouteInput) {
  return runRecordOf(services, await runIdOf(services, input));
}

async function getEvents(services: ApiServices, input: RouteInput) {
  const id = await runIdOf(services, input);
  const { from_seq, limit } = parseRequest(schemas.eventsQuerySchema, input.query, 'query');
  const events: TraceEvent[] = [];
  if (limit > 0) {
    for await (const event of services.engine.runs.events(id, from_seq)) {
      events.push(event);
      if (events.length >= limit) break;
    }
  }
  return { events, next_seq: (events.at(-1)?.seq ?? from_seq - 1) + 1 };
}

async function cancelRun(services: ApiServices, input: RouteInput) {
  const id = await runIdOf(services, input);
  return { run_id: id, cancelled: services.active.cancel(id) };
}

async function resumeRun(services: ApiServices, input: RouteInput) {
  return { run_id: await services.active.resume(await runIdOf(services, input)) };
}

async function exportRun(services: ApiServices, input: RouteInput) {
  const id = await runIdOf(services, input);
  const { folder, redact } = parseRequest(schemas.exportRequestSchema, input.body ?? {}, 'body');
  const rules = redact === undefined ? NO_REDACTION : parseRules(redact);
  return { folder: await services.engine.runs.export(id, folder, rules) };
}

async function annotateRun(services: ApiServices, input: RouteInput) {
  const id = await runIdOf(services, input);
  return services.engine.runs.annotate(id, parseRequest(annotationSchema, input.body, 'body'));
}

async function importRun({ engine }: ApiServices, input: RouteInput) {
  const { folder } = parseRequest(schemas.importRequestSchema, input.body, 'body');
  const { runId, imported } = await engine.runs.import(folder);
  return { run_id: runId, imported };
}

export const runRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/api/runs',
    summary: 'Begin a run',
    body: schemas.runRequestSchema,
    status: 202,
    response: schemas.startedSchema,
    handle: startRun,
  },
  {
    method: 'GET',
    path: '/api/runs',
    summary: 'Runs that pass the filters, in any order, page by page; the newest first unless told otherwise',
    query: runsQuerySchema,
    status: 200,
    response: runPageSchema,
    handle: listRuns,
  },
  {
    method: 'GET',
    path: '/api/runs/:id',
    summary: 'One run, as far as it has come',
    status: 200,
    response: runRecordSchema,
    handle: getRun,
  },
  {
    method: 'PATCH',
    path: '/api/runs/:id',
    summary: 'File a run that is over: its experiment, scores, note; null takes one away',
    body: annotationSchema,
    status: 200,
    response: runRecordSchema,
    handle: annotateRun,
  },
  {
    method: 'GET',
    path: '/api/runs/:id/events',
    summary: 'Events of a run from a sequence number on',
    query: schemas.eventsQuerySchema,
    status: 200,
    response: eventPageSchema,
    handle: getEvents,
  },
  {
    method: 'POST',
    path: '/api/runs/:id/cancel',
    summary: 'End a run with what it has: a partial answer',
    status: 202,
    response: z.object({ run_id: z.string(), cancelled: z.boolean() }),
    handle: cancelRun,
  },
  {
    method: 'POST',
    path: '/api/runs/:id/resume',
    summary: 'Go on with a run that was interrupted; what it has settled is not bought again',
    status: 202,
    response: schemas.startedSchema,
    handle: resumeRun,
  },
  {
    method: 'POST',
    path: '/api/runs/:id/export',
    summary: 'Write the open run folder',
    body: schemas.exportRequestSchema,
    status: 200,
    response: schemas.folderSchema,
    handle: exportRun,
  },
  {
    method: 'POST',
    path: '/api/runs/import',
    summary: 'Read an open run folder back',
    body: schemas.importRequestSchema,
    status: 200,
    response: schemas.importedSchema,
    handle: importRun,
  },
];
