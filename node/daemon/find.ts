// Is there a daemon for this home? The record says where, the process's start time says that it is the same
// process, and /api/health says that it answers.

import { type Health, healthSchema } from '../../protocol/overview.ts';
import { callApi } from '../api/client.ts';
import { type DaemonRecord, isAlive, readDaemonRecord } from './record.ts';

const HEALTH_TIMEOUT_MS = 2_000;

export type DaemonSighting =
  | { readonly state: 'none' }
  /** A record is there, its process is not. */
  | { readonly state: 'stale'; readonly record: DaemonRecord }
  /** The process runs and does not answer. */
  | { readonly state: 'silent'; readonly record: DaemonRecord }
  | { readonly state: 'running'; readonly record: DaemonRecord; readonly health: Health };

async function healthAt(record: DaemonRecord): Promise<Health | undefined> {
  try {
    const answer = await callApi({ port: record.port, token: '' }, 'GET', '/api/health', undefined, HEALTH_TIMEOUT_MS);
    const health = healthSchema.safeParse(answer).data;
    return health?.instance === record.instance ? health : undefined;
  } catch {
    return undefined; // whatever it is that does not answer: the caller learns "silent" or "stale"
  }
}

export async function findDaemon(home: string): Promise<DaemonSighting> {
  const record = await readDaemonRecord(home);
  if (record === undefined) return { state: 'none' };
  const health = await healthAt(record);
  if (health !== undefined) return { state: 'running', record, health };
  return { state: (await isAlive(record)) ? 'silent' : 'stale', record };
}
