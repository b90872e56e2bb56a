// One route of the API: what it takes, what it answers, and the function that does it. The server
// registers this table, and openapi.json is made of the same.
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Clock } from '../../conductor/ports.ts';
import type { ServedEngine } from '../engine/port.ts';
import type { Links } from './access/links.ts';
import type { Sessions } from './access/sessions.ts';
import type { ActiveRuns } from './active-runs.ts';
import type { Conversations } from './chat/conversation.ts';
import type { Dashboard } from './dashboard.ts';
import type { OpenReplies } from './streaming.ts';
import type { WalletGlance } from './wallet-glance.ts';

export interface ApiServices {
  readonly engine: ServedEngine;
  readonly active: ActiveRuns;
  readonly clock: Clock;
  readonly instance: string;
  readonly startedAtMs: number;
  readonly sessions: Sessions;
  readonly links: Links;
  readonly dashboard: Dashboard;
  readonly wallet: WalletGlance;
  readonly conversations: Conversations;
  readonly replies: OpenReplies;
  /** Where this API is reached; known once it listens. */
  readonly url: () => string;
}

export interface RouteInput {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly headers: IncomingHttpHeaders;
  /** Of a route that streams: the body, unread, and a signal that is aborted when whoever asked hangs up. */
  readonly stream?: { readonly body: Readable; readonly gone: AbortSignal };
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With `:id` for the run, and `:name` and the like for other parts. */
  readonly path: string;
  readonly summary: string;
  /**
   * Who may use it; without this, whoever has the token or a session. `nothing` is for what holds nobody's text, or brings a proof
   * of its own.
   */
  readonly needs?: 'token' | 'nothing';
  /** It reads its body itself, with a limit of its own; `body` only documents it. */
  readonly streams?: true;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly status: number;
  /** Absent where the answer is empty or, by `produces`, not JSON. */
  readonly response?: z.ZodType;
  /** Content types of an answer that is not JSON. */
  readonly produces?: readonly string[];
  /** @returns the JSON value, or an `Answer` (answer.ts) */
  readonly handle: (services: ApiServices, input: RouteInput) => Promise<unknown> | unknown;
}
