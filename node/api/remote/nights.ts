// The nights of a daemon, over its API. Whoever waits for the end of one asks again and again, and is answered when there is one.
import { type Night, nightCheckSchema, nightPageSchema, nightSchema } from '../../../protocol/dse/overnight.ts';
import { PylonError } from '../../../protocol/errors.ts';
import type { NightDesk } from '../../engine/night-port.ts';
import { type ApiAddress, callApi } from '../client.ts';
import { readAnswer as read } from '../read-answer.ts';
import { nightOverSchema, nightStartedSchema, nightStoppedSchema } from '../routes/dse-nights.ts';

export function remoteNights(address: ApiAddress): NightDesk {
  const pathOf = (id: string, of = '') => `/api/dse/nights/${encodeURIComponent(id)}${of}`;
  const readNight = async (id: string) => read(nightSchema, await callApi(address, 'GET', pathOf(id)));
  const over = async (id: string) => {
    while (!read(nightOverSchema, await callApi(address, 'GET', pathOf(id, '/end'))).over);
  };
  const stop = async (id: string) =>
    read(nightStoppedSchema, await callApi(address, 'POST', pathOf(id, '/stop'), {})).stopped;
  return {
    async start(request, signal) {
      const started = read(nightStartedSchema, await callApi(address, 'POST', '/api/dse/nights', request));
      return { ...started, finished: follow(started.nightId, signal) };
    },
    stop,
    over,
    read: readNight,
    async list(selection) {
      const query = new URLSearchParams();
      for (const [name, value] of Object.entries(selection)) if (value !== undefined) query.set(name, String(value));
      return read(nightPageSchema, await callApi(address, 'GET', `/api/dse/nights?${query}`));
    },
    check: async (id) => read(nightCheckSchema, await callApi(address, 'GET', pathOf(id, '/check'))),
  };

  /** To its end; an abort asks the daemon to stop it. */
  function follow(id: string, signal: AbortSignal): Promise<Night> {
    return new Promise((resolve, reject) => {
      const ask = () => void stop(id).catch(reject);
      if (signal.aborted) ask();
      else signal.addEventListener('abort', ask, { once: true });
      const ended = over(id).finally(() => signal.removeEventListener('abort', ask));
      ended
        .then(() => readNight(id))
        .then(
          (night) =>
            night.endedAtMs === null
              ? reject(new PylonError('interrupted', { reason: 'the night was stopped where it was' }))
              : resolve(night),
          reject,
        );
    });
  }
}
