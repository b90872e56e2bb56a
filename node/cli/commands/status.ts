// `pylon status`: is there a daemon for this home, and what is it doing?
import { EXIT } from '../../../protocol/errors.ts';
import type { Health } from '../../../protocol/overview.ts';
import { plural, printDuration } from '../../../protocol/words.ts';
import { findDaemon } from '../../daemon/find.ts';
import { homeOf, homePaths } from '../../home.ts';
import type { CliContext } from '../context.ts';
import type { Flags } from '../flags.ts';
import { printableJson, printableLine } from '../printable.ts';

function linesOf(health: Health, port: number, home: string): string[] {
  const relays = health.relays.map(({ url, connected }) => `${url} (${connected ? 'connected' : 'not connected'})`);
  const { provider } = health;
  return [
    `running    pid ${health.pid}, version ${health.version}, up ${printDuration(health.uptime_s * 1_000)}`,
    `api        http://127.0.0.1:${port}`,
    `home       ${home}`,
    `log        ${homePaths.log(home)}`,
    `key        ${health.public_key ?? 'none yet'}`,
    `relays     ${relays.join(', ') || 'none'}`,
    `provider   ${provider === null ? 'no' : `${provider.name}, ${provider.models.join(', ')}, ${plural(provider.jobs_done, 'job')} done`}`,
    `runs       ${health.runs_active} in flight`,
  ];
}

/** @returns 0 when a daemon answers, 1 when there is none or it is silent */
export async function status(context: CliContext, _words: readonly string[], flags: Flags): Promise<number> {
  const home = homeOf(context.environment);
  const sighting = await findDaemon(home);
  const running = sighting.state === 'running';
  if (flags.json === true) {
    const record = sighting.state === 'none' ? {} : { pid: sighting.record.pid, port: sighting.record.port };
    const health = running ? { health: sighting.health } : {};
    context.stdout.write(`${printableJson({ state: sighting.state, home, ...record, ...health })}\n`);
  } else if (running) {
    const lines = linesOf(sighting.health, sighting.record.port, home);
    context.stdout.write(lines.map((line) => `${printableLine(line)}\n`).join(''));
  } else {
    const words = {
      none: 'no daemon runs',
      stale: 'no daemon runs; the last one ended without a goodbye',
      silent: 'the daemon does not answer',
    };
    context.stdout.write(`${words[sighting.state]} (${home})\n`);
  }
  return running ? EXIT.answer : EXIT.failed;
}
