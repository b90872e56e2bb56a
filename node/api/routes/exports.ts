// Downloads: a run or an experiment as one file, made while it is sent, and what it would be without, to see before.
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { ExportRequest, ExportScope } from '../../../ledger/export/exporter.ts';
import { parseRules } from '../../../ledger/redact/rules.ts';
import { Answer } from '../answer.ts';
import {
  exportPreviewSchema,
  exportQuerySchema,
  importedFileSchema,
  importFileRequestSchema,
} from '../export-schemas.ts';
import { parseRequest } from '../failure.ts';
import type { ApiServices, Route, RouteInput } from '../route.ts';
import { runIdOf } from '../run-of.ts';

const experimentParamsSchema = z.object({ name: z.string().min(1).max(256) });

type ScopeOf = (services: ApiServices, input: RouteInput) => Promise<ExportScope>;

const ofRun: ScopeOf = async (services, input) => ({ run: await runIdOf(services, input) });
const ofExperiment: ScopeOf = async (_, input) => ({
  experiment: parseRequest(experimentParamsSchema, input.params, 'path').name,
});

function requestOf(scope: ExportScope, query: unknown): ExportRequest {
  const { format, redact } = parseRequest(exportQuerySchema, query, 'query');
  const rules = redact === undefined ? {} : { rules: parseRules(redact) };
  return { scope, format: format === 'folder' ? 'jsonl' : format, ...rules };
}

function download(scopeOf: ScopeOf) {
  return async (services: ApiServices, input: RouteInput) => {
    const request = requestOf(await scopeOf(services, input), input.query);
    const { name, type, pieces } = await services.engine.runs.file(request);
    const bytes = Readable.from(pieces, { objectMode: false, encoding: 'utf8' });
    return Answer.of(bytes, type, { 'content-disposition': `attachment; filename="${name}"` });
  };
}

function preview(scopeOf: ScopeOf) {
  return async (services: ApiServices, input: RouteInput) =>
    services.engine.runs.filePreview(requestOf(await scopeOf(services, input), input.query));
}

async function importFile({ engine }: ApiServices, input: RouteInput) {
  const { file } = parseRequest(importFileRequestSchema, input.body, 'body');
  const runs = await engine.runs.importFile(file);
  return { runs: runs.map(({ runId, imported }) => ({ run_id: runId, imported })) };
}

const PRODUCES = ['application/jsonl', 'application/json', 'text/csv', 'text/html'];

function routesOf(path: string, what: string, scopeOf: ScopeOf): Route[] {
  return [
    {
      method: 'GET',
      path: `${path}/export`,
      summary: `${what} as a file`,
      query: exportQuerySchema,
      status: 200,
      produces: PRODUCES,
      handle: download(scopeOf),
    },
    {
      method: 'GET',
      path: `${path}/export/preview`,
      summary: `What the file of ${what.toLowerCase()} would be without`,
      query: exportQuerySchema,
      status: 200,
      response: exportPreviewSchema,
      handle: preview(scopeOf),
    },
  ];
}

export const exportRoutes: readonly Route[] = [
  ...routesOf('/api/runs/:id', 'A run', ofRun),
  ...routesOf('/api/experiments/:name', 'The runs of an experiment', ofExperiment),
  {
    method: 'POST',
    path: '/api/runs/import-file',
    summary: 'Read a file of runs back',
    body: importFileRequestSchema,
    status: 200,
    response: importedFileSchema,
    handle: importFile,
  },
];
