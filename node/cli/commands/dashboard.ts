// `pylon dashboard`: a one-time link into the dashboard of this home, opened in the browser. Starts the daemon when none runs.
import { EXIT, PylonError } from '../../../protocol/errors.ts';
import { readToken } from '../../api/auth.ts';
import { callApi } from '../../api/client.ts';
import { readAnswer } from '../../api/read-answer.ts';
import { sessionLinkSchema } from '../../api/routes/session.ts';
import { findDaemon } from '../../daemon/find.ts';
import { homeOf } from '../../home.ts';
import type { CliContext } from '../context.ts';
import type { Flags } from '../flags.ts';
import { openBrowser, openerOf } from '../open-browser.ts';
import { printableJson, printableLine } from '../printable.ts';
import { launch } from './start.ts';

/** Port of the daemon that runs, or of one that is started now. @throws PylonError `daemon-*` | `port-in-use` */
async function portOf(context: CliContext, home: string, flags: Flags): Promise<number> {
  const sighting = await findDaemon(home);
  if (sighting.state === 'running') return sighting.record.port;
  if (sighting.state === 'silent')
    throw new PylonError('daemon-unreachable', { value: `pid ${sighting.record.pid}, port ${sighting.record.port}` });
  const words = typeof flags.port === 'string' ? ['--port', flags.port] : [];
  return launch(context, ['start', ...words], flags);
}

/** @returns why no browser was opened */
async function show(context: CliContext, url: string): Promise<string | undefined> {
  const opener = openerOf(process.platform, context.environment);
  if (opener === undefined) return 'there is no screen here';
  return openBrowser(opener, url);
}

export async function dashboard(context: CliContext, _words: readonly string[], flags: Flags): Promise<number> {
  const home = homeOf(context.environment);
  const port = await portOf(context, home, flags);
  const token = (await readToken(home)) ?? '';
  const made = await callApi({ port, token }, 'POST', '/api/session/links');
  const { url, expires_at, built } = readAnswer(sessionLinkSchema, made);
  if (!built) throw new PylonError('dashboard-unbuilt');
  const wanted = flags.open !== false;
  const failure = wanted ? await show(context, url) : undefined;
  const opened = wanted && failure === undefined;
  if (flags.json === true) {
    context.stdout.write(`${printableJson({ url, expires_at, opened })}\n`);
    return EXIT.answer;
  }
  const where = opened ? 'opened in your browser' : 'open this in a browser on this machine';
  const why = failure === undefined ? '' : ` (not opened: ${printableLine(failure)})`;
  context.stderr.write(`${where}${why}; the link works once, for a minute\n`);
  context.stdout.write(`${url}\n`);
  return EXIT.answer;
}
