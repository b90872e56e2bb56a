// The run that a request's path names.
import { PylonError } from '../../protocol/errors.ts';
import type { RunRecord } from '../../protocol/run.ts';
import { parseRequest } from './failure.ts';
import type { ApiServices, RouteInput } from './route.ts';
import { runParamsSchema } from './schemas.ts';

/** The whole id of `:id`. @throws PylonError `run-unknown` | `run-ambiguous` | `request-invalid` */
export function runIdOf({ engine }: Pick<ApiServices, 'engine'>, input: Pick<RouteInput, 'params'>): Promise<string> {
  return engine.runs.resolve(parseRequest(runParamsSchema, input.params, 'path').id);
}

/** @param id a whole id. @throws PylonError `run-unknown` */
export async function runRecordOf({ engine }: Pick<ApiServices, 'engine'>, id: string): Promise<RunRecord> {
  const record = await engine.runs.get(id);
  if (record === undefined) throw new PylonError('run-unknown', { value: id });
  return record;
}
