// What is in force in a daemon, and its canaries, over its API.

import type { SignatureReport } from '../../conductor/signatures/report.ts';
import { artifactSchema, pointerRowSchema } from '../../protocol/dse/artifact.ts';
import { canarySchema } from '../../protocol/dse/canary.ts';
import {
  artifactListSchema,
  canaryHistorySchema,
  canaryListSchema,
  inForceListSchema,
  keptArtifactSchema,
  pointerHistorySchema,
} from '../../protocol/dse/in-force.ts';
import type { ArtifactDesk, CanaryDesk } from '../engine/artifact-port.ts';
import { type ApiAddress, callApi } from './client.ts';
import { signaturesSchema } from './dse-schemas.ts';
import { readAnswer as read } from './read-answer.ts';

const queryOf = (signature: string | undefined) =>
  signature === undefined ? '' : `?${new URLSearchParams({ signature })}`;

export function remoteArtifacts(address: ApiAddress): ArtifactDesk {
  const get = (path: string) => callApi(address, 'GET', path);
  return {
    list: async (signatureId) =>
      read(artifactListSchema, await get(`/api/dse/artifacts${queryOf(signatureId)}`)).artifacts,
    read: async (compiledId) => read(artifactSchema, await get(`/api/dse/artifact/${encodeURIComponent(compiledId)}`)),
    keep: async (artifact) => read(keptArtifactSchema, await callApi(address, 'POST', '/api/dse/artifacts', artifact)),
    active: async () => read(inForceListSchema, await get('/api/dse/active')).signatures,
    history: async (signatureId) =>
      read(pointerHistorySchema, await get(`/api/dse/history${queryOf(signatureId)}`)).changes,
    rollback: async (request) => read(pointerRowSchema, await callApi(address, 'POST', '/api/dse/rollback', request)),
    signatures: async () => read(signaturesSchema, await get('/api/dse/signatures')).signatures as SignatureReport[],
  };
}

export function remoteCanaries(address: ApiAddress): CanaryDesk {
  const post = async (path: string, body: unknown) =>
    read(canarySchema, await callApi(address, 'POST', `/api/dse/canary/${path}`, body));
  return {
    start: (plan) => post('start', plan),
    stop: (signatureId, reason) => post('stop', { signatureId, reason }),
    judge: (receiptId, bad) => post('judge', { receiptId, bad }),
    list: async (signatureId) =>
      read(canaryListSchema, await callApi(address, 'GET', `/api/dse/canaries${queryOf(signatureId)}`)).canaries,
    history: async (canaryId) =>
      read(canaryHistorySchema, await callApi(address, 'GET', `/api/dse/canary/${encodeURIComponent(canaryId)}`)),
  };
}
