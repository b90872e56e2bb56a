// How a browser is let in: a program with the token makes a one-time link, the page it opens gives the code for a cookie.
import { z } from 'zod';
import { cookieOf, noCookie, sessionIn } from '../access/cookie.ts';
import { LINK_SECONDS } from '../access/links.ts';
import { Answer } from '../answer.ts';
import { parseRequest } from '../failure.ts';
import type { ApiServices, Route, RouteInput } from '../route.ts';

export const sessionLinkSchema = z.object({
  /** Opens the dashboard, once, before `expires_at`. */
  url: z.string(),
  expires_at: z.string(),
  /** False where there are no pages to serve: the link would open on an error. */
  built: z.boolean(),
});
const enterRequestSchema = z.strictObject({ code: z.string().min(1).max(256) });

async function makeLink({ links, url, dashboard }: ApiServices) {
  const { code, expiresMs } = links.make();
  const built = await dashboard.isBuilt();
  return { url: `${url()}/rlm#enter=${code}`, expires_at: new Date(expiresMs).toISOString(), built };
}

function enter({ links, sessions }: ApiServices, input: RouteInput) {
  const { code } = parseRequest(enterRequestSchema, input.body, 'body');
  const value = links.enter(code, sessionIn(input.headers.cookie, sessions));
  return Answer.empty({ 'set-cookie': cookieOf(value, sessions) });
}

function leave({ sessions }: ApiServices, input: RouteInput) {
  const value = sessionIn(input.headers.cookie, sessions);
  if (value !== undefined) sessions.end(sessions.idOf(value));
  return Answer.empty({ 'set-cookie': noCookie(sessions) });
}

export const sessionRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/api/session/links',
    summary: `A link into the dashboard, good once and for ${LINK_SECONDS} seconds; only for who has the token`,
    needs: 'token',
    status: 200,
    response: sessionLinkSchema,
    handle: makeLink,
  },
  {
    method: 'POST',
    path: '/api/session',
    summary: 'Give the code of a link for a session cookie',
    needs: 'nothing',
    body: enterRequestSchema,
    status: 204,
    handle: enter,
  },
  {
    method: 'DELETE',
    path: '/api/session',
    summary: 'Log this browser out',
    status: 204,
    handle: leave,
  },
];
