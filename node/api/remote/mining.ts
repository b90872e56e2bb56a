// Mining the runs of a daemon, over its API.
import {
  exportedTraceSchema,
  mineReportSchema,
  tacticDraftSchema,
  tacticReportSchema,
} from '../../../protocol/dse/mining.ts';
import type { MiningDesk } from '../../engine/improvement-port.ts';
import { type ApiAddress, callApi } from '../client.ts';
import { readAnswer as read } from '../read-answer.ts';

/** A thousand explorations are gone through again before the answer. */
const MINING_TIMEOUT_MS = 600_000;

export function remoteMining(address: ApiAddress): MiningDesk {
  const post = (path: string, body: unknown) => callApi(address, 'POST', path, body, MINING_TIMEOUT_MS);
  return {
    exportTrace: async (request) => read(exportedTraceSchema, await post('/api/dse/trace/export', request)),
    mine: async (request) => read(mineReportSchema, await post('/api/dse/mine', request)),
    tactics: async (request) => read(tacticReportSchema, await post('/api/dse/tactics', request)),
    draft: async (request) => read(tacticDraftSchema, await post('/api/dse/tactics/draft', request)),
  };
}
