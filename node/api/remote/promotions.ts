// The gates of a daemon, over its API.
import { promotionPageSchema, promotionSchema } from '../../../protocol/dse/promotion.ts';
import type { PromotionDesk } from '../../engine/promotion-port.ts';
import { type ApiAddress, callApi } from '../client.ts';
import { readAnswer as read } from '../read-answer.ts';

/** Two predictions an example, by a model that may be slow; the daemon goes on when nobody waits any more. */
const MEASURING_TIMEOUT_MS = 86_400_000;

export function remotePromotions(address: ApiAddress): PromotionDesk {
  return {
    promote: async (request) =>
      read(promotionSchema, await callApi(address, 'POST', '/api/dse/promote', request, MEASURING_TIMEOUT_MS)),
    async list(selection) {
      const query = new URLSearchParams();
      for (const [name, value] of Object.entries(selection)) if (value !== undefined) query.set(name, String(value));
      return read(promotionPageSchema, await callApi(address, 'GET', `/api/dse/promotions?${query}`));
    },
    read: async (promotionId) =>
      read(promotionSchema, await callApi(address, 'GET', `/api/dse/promotions/${encodeURIComponent(promotionId)}`)),
  };
}
