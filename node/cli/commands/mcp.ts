// `pylon mcp`: tools and resources for one client over standard input and output, until it goes away.
import { resolve } from 'node:path';
import { EXIT, PylonError } from '../../../protocol/errors.ts';
import { homeOf, openHome } from '../../home.ts';
import { loadConfig } from '../../settings/config.ts';
import { withSchema } from '../../settings/schema-option.ts';
import type { CliContext } from '../context.ts';
import { accessEngine } from '../engine-access.ts';
import { type Flags, runOptionsOf } from '../flags.ts';
import { Notices } from '../notices.ts';

/** Two clients at a time need somebody who serves both. */
function sayHowToShare(thrown: unknown): never {
  if (!(thrown instanceof PylonError) || thrown.code !== 'store-locked') throw thrown;
  const { code, value = '', reason } = thrown;
  const next = 'start the daemon (`pylon start`), which several programs can share, or ask again in a moment';
  throw new PylonError(code, { value, reason, next, cause: thrown });
}

/** @returns 0 when the client went away or the process was told to end */
export async function mcp(context: CliContext, _words: readonly string[], flags: Flags): Promise<number> {
  const home = homeOf(context.environment);
  const config = await loadConfig(home, context.environment);
  const options = await withSchema(runOptionsOf(flags, config), context.cwd);
  if (options.log) await openHome(home);
  const notices = new Notices(context.stderr);
  const allowed = ((flags.allow as readonly string[] | undefined) ?? []).map((folder) => resolve(context.cwd, folder));
  const controller = new AbortController();
  const release = context.onInterrupt(() => {
    if (controller.signal.aborted) context.exitNow(EXIT.interrupted);
    controller.abort();
  });
  const { serveMcp } = await import('../../mcp/server.ts');
  try {
    await serveMcp({
      openEngine: () => accessEngine(context, notices, options.log ? 'disk' : 'memory').catch(sayHowToShare),
      clock: context.clock,
      options,
      cwd: context.cwd,
      allowed,
      home: options.log ? home : undefined,
      notice: (line) => notices.line(line),
      input: context.stdin,
      output: context.stdout,
      signal: controller.signal,
    });
  } finally {
    release();
  }
  return EXIT.answer;
}
