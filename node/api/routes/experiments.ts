// Experiments over HTTP, and runs side by side.
import { z } from 'zod';
import { compareRuns } from '../../../protocol/compare.ts';
import { comparisonSchema } from '../../../protocol/comparison.ts';
import { PylonError } from '../../../protocol/errors.ts';
import {
  experimentListSchema,
  experimentNoteSchema,
  experimentParamsSchema,
  experimentReportSchema,
  experimentViewSchema,
} from '../../../protocol/experiment-report.ts';
import { parseRequest } from '../failure.ts';
import type { ApiServices, Route, RouteInput } from '../route.ts';

/** Runs of one comparison: as many columns as nobody can read any more. */
const COMPARED_MAX = 100;

const compareQuerySchema = z.object({
  runs: z
    .string()
    .transform((text) => text.split(',').filter(Boolean))
    .refine((ids) => ids.length >= 1 && ids.length <= COMPARED_MAX, `must name 1 to ${COMPARED_MAX} runs`)
    .describe('run ids, or unique prefixes, separated by commas'),
});

const nameOf = (input: RouteInput) => parseRequest(experimentParamsSchema, input.params, 'path').name;

async function compare({ engine }: ApiServices, input: RouteInput) {
  const { runs } = parseRequest(compareQuerySchema, input.query, 'query');
  const ids = new Set<string>();
  for (const prefix of runs) ids.add(await engine.runs.resolve(prefix));
  const read = [...ids].map(async (id) => {
    const record = await engine.runs.get(id);
    if (record === undefined) throw new PylonError('run-unknown', { value: id });
    return record;
  });
  return compareRuns(await Promise.all(read));
}

export const experimentRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/experiments',
    summary: 'Every experiment with what its runs add up to, what changed last first',
    status: 200,
    response: experimentListSchema,
    handle: ({ engine }) => engine.experiments.list(),
  },
  {
    method: 'GET',
    path: '/api/experiments/:name',
    summary: 'One experiment, its newest runs, and how they compare',
    status: 200,
    response: experimentViewSchema,
    handle: ({ engine }, input) => engine.experiments.view(nameOf(input)),
  },
  {
    method: 'PATCH',
    path: '/api/experiments/:name',
    summary: 'Write the note of an experiment; null takes it away',
    body: experimentNoteSchema,
    status: 200,
    response: experimentReportSchema,
    handle({ engine }, input) {
      const { note } = parseRequest(experimentNoteSchema, input.body, 'body');
      return engine.experiments.note(nameOf(input), note);
    },
  },
  {
    method: 'GET',
    path: '/api/compare',
    summary: 'Runs side by side: the best of each metric, what differs in how they were asked, paired tests',
    query: compareQuerySchema,
    status: 200,
    response: comparisonSchema,
    handle: compare,
  },
];
