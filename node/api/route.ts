// One route of the API: what it takes, what it answers, and the function that does it. The server
// registers this table, and openapi.json is made of the same.
import type { z } from 'zod';
import type { Clock } from '../../conductor/ports.ts';
import type { Engine } from '../engine/port.ts';
import type { ActiveRuns } from './active-runs.ts';

export interface ApiServices {
  readonly engine: Engine;
  readonly active: ActiveRuns;
  readonly clock: Clock;
  readonly instance: string;
  readonly startedAtMs: number;
}

export interface RouteInput {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With `:id` for the run. */
  readonly path: string;
  readonly summary: string;
  /** Open routes need no token. Only what holds nobody's text may be open. */
  readonly open?: true;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly status: number;
  readonly response: z.ZodType;
  readonly handle: (services: ApiServices, input: RouteInput) => Promise<unknown> | unknown;
}
