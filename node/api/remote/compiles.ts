// The compiles of a daemon, over its API. Whoever waits for the end of one asks again and again, and is answered when there is one.
import { z } from 'zod';
import {
  type CompileReport,
  compileHeadSchema,
  compilePlanSchema,
  compileReportSchema,
} from '../../../protocol/dse/compile.ts';
import { judgeSchema } from '../../../protocol/dse/judge.ts';
import type { CompileDesk } from '../../engine/compile-port.ts';
import { type ApiAddress, callApi } from '../client.ts';
import { readAnswer as read } from '../read-answer.ts';

/** Every pair is judged before the answer. */
const JUDGING_TIMEOUT_MS = 3_600_000;

const stoppedSchema = z.object({ stopped: z.boolean() });
const overSchema = z.object({ over: z.boolean() });
const listSchema = z.object({ compiles: z.array(compileHeadSchema) });

export function remoteCompiles(address: ApiAddress): CompileDesk {
  const pathOf = (id: string, of = '') => `/api/dse/compiles/${encodeURIComponent(id)}${of}`;
  const report = async (id: string) => read(compileReportSchema, await callApi(address, 'GET', pathOf(id)));
  const over = async (id: string) => {
    while (!read(overSchema, await callApi(address, 'GET', pathOf(id, '/end'))).over);
  };
  const stop = async (id: string) =>
    read(stoppedSchema, await callApi(address, 'POST', pathOf(id, '/stop'), {})).stopped;
  return {
    plan: async (request) => read(compilePlanSchema, await callApi(address, 'POST', '/api/dse/compile/plan', request)),
    async start(request, signal) {
      const plan = read(compilePlanSchema, await callApi(address, 'POST', '/api/dse/compile', request));
      return { plan, finished: follow(plan.reportId, signal) };
    },
    stop,
    over,
    read: report,
    async list(signatureId) {
      const query = signatureId === undefined ? '' : `?${new URLSearchParams({ signature: signatureId })}`;
      return read(listSchema, await callApi(address, 'GET', `/api/dse/compiles${query}`)).compiles;
    },
    pinJudge: async (request) =>
      read(judgeSchema, await callApi(address, 'POST', '/api/dse/judges', request, JUDGING_TIMEOUT_MS)),
    judge: async (judgeHash) => read(judgeSchema, await callApi(address, 'GET', `/api/dse/judges/${judgeHash}`)),
  };

  /** To its end; an abort asks the daemon to stop it. */
  function follow(id: string, signal: AbortSignal): Promise<CompileReport> {
    return new Promise((resolve, reject) => {
      const ask = () => void stop(id).catch(reject);
      if (signal.aborted) ask();
      else signal.addEventListener('abort', ask, { once: true });
      const ended = over(id).finally(() => signal.removeEventListener('abort', ask));
      ended.then(() => report(id)).then(resolve, reject);
    });
  }
}
