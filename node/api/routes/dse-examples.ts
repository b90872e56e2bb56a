// Labelled examples over HTTP: listed, added, changed, judged, read from a file.
import { z } from 'zod';
import { exampleSchema } from '../../../protocol/dse/example.ts';
import {
  datasetListSchema,
  exampleBatchSchema,
  exampleChangeSchema,
  exampleImportSchema,
  examplePageSchema,
  exampleSelectionSchema,
  keptSchema,
  labelSchema,
} from '../../../protocol/dse/example-list.ts';
import { parseRequest } from '../failure.ts';
import type { Route, RouteInput } from '../route.ts';

const PATH = '/api/dse/examples/:signatureId/:exampleId';
const paramsSchema = z.object({ signatureId: z.string().min(1).max(128), exampleId: z.string().min(1).max(256) });
const datasetQuerySchema = z.object({ signature: z.string().min(1).max(128).optional() });

const placeOf = ({ params }: RouteInput) => parseRequest(paramsSchema, params, 'path');

export const dseExampleRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/dse/examples',
    summary:
      'Labelled examples in the order of signature and id, page by page; `review=pending` is the queue of those to judge',
    query: exampleSelectionSchema,
    status: 200,
    response: examplePageSchema,
    handle: ({ engine }, input) => engine.examples.list(parseRequest(exampleSelectionSchema, input.query, 'query')),
  },
  {
    method: 'GET',
    path: '/api/dse/datasets',
    summary: 'How many examples each signature has on each side of the split, and the hash of them all',
    query: datasetQuerySchema,
    status: 200,
    response: datasetListSchema,
    async handle({ engine }, input) {
      const { signature } = parseRequest(datasetQuerySchema, input.query, 'query');
      return { datasets: await engine.examples.datasets(signature) };
    },
  },
  {
    method: 'POST',
    path: '/api/dse/examples',
    summary: 'Add examples, or put them in the place of those with their ids: all of them or none',
    body: exampleBatchSchema,
    status: 200,
    response: keptSchema,
    handle: ({ engine }, input) => engine.examples.keep(parseRequest(exampleBatchSchema, input.body, 'body').examples),
  },
  {
    method: 'POST',
    path: '/api/dse/examples/import-file',
    summary: 'Read examples from a file of JSON lines on this machine: all of them or none',
    body: exampleImportSchema,
    status: 200,
    response: keptSchema,
    handle: ({ engine }, input) => engine.examples.importFile(parseRequest(exampleImportSchema, input.body, 'body')),
  },
  {
    method: 'GET',
    path: PATH,
    summary: 'One example',
    status: 200,
    response: exampleSchema,
    handle({ engine }, input) {
      const { signatureId, exampleId } = placeOf(input);
      return engine.examples.get(signatureId, exampleId);
    },
  },
  {
    method: 'PATCH',
    path: PATH,
    summary: 'Change an example; what asks nearly the same goes to another side of the split with it',
    body: exampleChangeSchema,
    status: 200,
    response: exampleSchema,
    handle({ engine }, input) {
      const { signatureId, exampleId } = placeOf(input);
      return engine.examples.edit(signatureId, exampleId, parseRequest(exampleChangeSchema, input.body, 'body'));
    },
  },
  {
    method: 'DELETE',
    path: PATH,
    summary: 'Take an example away; one that was mined is better rejected, or it is mined again',
    status: 204,
    handle({ engine }, input) {
      const { signatureId, exampleId } = placeOf(input);
      return engine.examples.remove(signatureId, exampleId);
    },
  },
  {
    method: 'POST',
    path: '/api/dse/label',
    summary: 'Approve, correct or reject an example',
    body: labelSchema,
    status: 200,
    response: exampleSchema,
    handle: ({ engine }, input) => engine.examples.label(parseRequest(labelSchema, input.body, 'body')),
  },
];
