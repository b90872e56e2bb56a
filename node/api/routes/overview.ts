// What the first page of the dashboard shows, in one request: what runs, what ran, what today has cost.
import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { overviewSchema } from '../../../protocol/overview.ts';
import { PACKAGE } from '../../package-folder.ts';
import type { ApiServices, Route } from '../route.ts';
import { healthOf } from './health.ts';

const RUNNING_MAX = 50;
const RECENT_MAX = 10;

/** The question that a first run may ask, of the file that comes with Pylon. */
const DEMO_QUERY = 'Why does this build fail?';
const DEMO_FILE = fileURLToPath(new URL('examples/build.log', PACKAGE));

async function demo(): Promise<{ query: string; file: string } | null> {
  try {
    await access(DEMO_FILE);
    return { query: DEMO_QUERY, file: DEMO_FILE };
  } catch {
    return null; // not there, or not for us to read: then there is nothing to offer
  }
}

function midnight(nowMs: number): number {
  return new Date(nowMs).setHours(0, 0, 0, 0);
}

async function overview(services: ApiServices) {
  const { engine, clock, wallet } = services;
  const sinceMs = midnight(clock.now());
  const [running, recent, spent, purse, example] = await Promise.all([
    engine.runs.list({ limit: RUNNING_MAX, status: 'running' }),
    engine.runs.list({ limit: RECENT_MAX }),
    engine.spentSince(sinceMs),
    wallet.look(),
    demo(),
  ]);
  return {
    running,
    recent,
    today_since: new Date(sinceMs).toISOString(),
    spent_today_msat: spent.settledMsat,
    jobs_today: spent.jobs,
    wallet: purse,
    health: healthOf(services),
    demo: example,
  };
}

export const overviewRoute: Route = {
  method: 'GET',
  path: '/api/overview',
  summary: 'What runs now, the latest runs, what today has cost, the wallet and the health of the daemon',
  status: 200,
  response: overviewSchema,
  handle: overview,
};
