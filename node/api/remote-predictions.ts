// The predictions of a daemon, over its API.
import { PylonError } from '../../protocol/errors.ts';
import { receiptSchema } from '../../protocol/receipt.ts';
import { receiptPageSchema } from '../../protocol/receipt-list.ts';
import type { Predictions, StartedRun } from '../engine/port.ts';
import { type ApiAddress, callApi } from './client.ts';
import { downloadApi } from './download.ts';
import { readAnswer as read } from './read-answer.ts';
import { startedSchema } from './schemas.ts';

/** @param finish follows a run to its record */
export function remotePredictions(
  address: ApiAddress,
  finish: (runId: string, signal: AbortSignal) => StartedRun['finished'],
): Predictions {
  return {
    async start(request, signal) {
      const runId = read(startedSchema, await callApi(address, 'POST', '/api/dse/predict', request)).run_id;
      return { runId, finished: finish(runId, signal) };
    },
    async read(receiptId) {
      return read(receiptSchema, await callApi(address, 'GET', `/api/dse/receipt/${encodeURIComponent(receiptId)}`));
    },
    async list(selection) {
      const query = new URLSearchParams();
      for (const [name, value] of Object.entries(selection)) if (value !== undefined) query.set(name, String(value));
      return read(receiptPageSchema, await callApi(address, 'GET', `/api/dse/receipts/list?${query}`));
    },
    async blob(receiptId, hash) {
      try {
        const path = `/api/dse/blob/${encodeURIComponent(receiptId)}/${encodeURIComponent(hash)}`;
        const { pieces } = await downloadApi(address, path);
        const bytes: Uint8Array[] = [];
        for await (const piece of pieces) bytes.push(Buffer.from(piece));
        return Buffer.concat(bytes);
      } catch (thrown) {
        if (thrown instanceof PylonError && thrown.code === 'payload-unknown') return undefined;
        throw thrown;
      }
    },
  };
}
