// GET /api/health: open, so it tells nothing of what was asked.

import { type Health, healthSchema } from '../../../protocol/overview.ts';
import { VERSION } from '../../version.ts';
import type { ApiServices, Route } from '../route.ts';

export function healthOf({ engine, clock, instance, startedAtMs }: ApiServices): Health {
  const { public_key, relays, provider, runs_active } = engine.health();
  return {
    ok: true,
    version: VERSION,
    pid: process.pid,
    instance,
    started_at: new Date(startedAtMs).toISOString(),
    uptime_s: Math.round((clock.now() - startedAtMs) / 1_000),
    public_key,
    relays: relays.map(({ url, connected }) => ({ url, connected })),
    provider: provider === null ? null : { ...provider, models: [...provider.models] },
    runs_active,
  };
}

export const healthRoute: Route = {
  method: 'GET',
  path: '/api/health',
  summary: 'Whether the daemon lives, and what it is connected to',
  needs: 'nothing',
  status: 200,
  response: healthSchema,
  handle: (services) => healthOf(services),
};
