// `pylon stop`: ends the daemon of this home; none running is fine, too.
import { EXIT } from '../../../protocol/errors.ts';
import { stopDaemon } from '../../daemon/stop.ts';
import { homeOf } from '../../home.ts';
import type { CliContext } from '../context.ts';

export async function stop(context: CliContext): Promise<number> {
  const home = homeOf(context.environment);
  const pid = await stopDaemon(home, context.clock);
  context.stderr.write(pid === undefined ? `no daemon runs for ${home}\n` : `stopped pid ${pid}\n`);
  return EXIT.answer;
}
