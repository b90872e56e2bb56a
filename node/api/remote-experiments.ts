// The experiments of a daemon, over its API.
import {
  experimentListSchema,
  experimentReportSchema,
  experimentViewSchema,
} from '../../protocol/experiment-report.ts';
import type { ExperimentLibrary } from '../engine/port.ts';
import { type ApiAddress, callApi } from './client.ts';
import { readAnswer as read } from './read-answer.ts';

export function remoteExperiments(address: ApiAddress): ExperimentLibrary {
  const pathOf = (name: string) => `/api/experiments/${encodeURIComponent(name)}`;
  return {
    list: async () => read(experimentListSchema, await callApi(address, 'GET', '/api/experiments')),
    view: async (name) => read(experimentViewSchema, await callApi(address, 'GET', pathOf(name))),
    note: async (name, note) => read(experimentReportSchema, await callApi(address, 'PATCH', pathOf(name), { note })),
  };
}
