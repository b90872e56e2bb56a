// The examples of a daemon, over its API.
import { exampleSchema } from '../../../protocol/dse/example.ts';
import { datasetListSchema, examplePageSchema, keptSchema } from '../../../protocol/dse/example-list.ts';
import type { ExampleDesk } from '../../engine/improvement-port.ts';
import { type ApiAddress, callApi } from '../client.ts';
import { readAnswer as read } from '../read-answer.ts';

/** A file of a hundred thousand lines is read, checked and written before the answer. */
const IMPORT_TIMEOUT_MS = 600_000;

export function remoteExamples(address: ApiAddress): ExampleDesk {
  const pathOf = (signatureId: string, exampleId: string) =>
    `/api/dse/examples/${encodeURIComponent(signatureId)}/${encodeURIComponent(exampleId)}`;
  return {
    async list(selection) {
      const query = new URLSearchParams();
      for (const [name, value] of Object.entries(selection)) if (value !== undefined) query.set(name, String(value));
      return read(examplePageSchema, await callApi(address, 'GET', `/api/dse/examples?${query}`));
    },
    get: async (signatureId, exampleId) =>
      read(exampleSchema, await callApi(address, 'GET', pathOf(signatureId, exampleId))),
    async datasets(signatureId) {
      const query = signatureId === undefined ? '' : `?${new URLSearchParams({ signature: signatureId })}`;
      return read(datasetListSchema, await callApi(address, 'GET', `/api/dse/datasets${query}`)).datasets;
    },
    keep: async (examples) => read(keptSchema, await callApi(address, 'POST', '/api/dse/examples', { examples })),
    edit: async (signatureId, exampleId, change) =>
      read(exampleSchema, await callApi(address, 'PATCH', pathOf(signatureId, exampleId), change)),
    label: async (label) => read(exampleSchema, await callApi(address, 'POST', '/api/dse/label', label)),
    async remove(signatureId, exampleId) {
      await callApi(address, 'DELETE', pathOf(signatureId, exampleId));
    },
    importFile: async (request) =>
      read(keptSchema, await callApi(address, 'POST', '/api/dse/examples/import-file', request, IMPORT_TIMEOUT_MS)),
  };
}
